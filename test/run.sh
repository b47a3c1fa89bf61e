#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test/run.sh SUITE...: run test suites that are built already and close with one line,
# `N passed, M failed`. Suites: unit, asan, tsan (Criterion), cli (golden files), node
# (node:test), nodes (a part of it on Node 22, 24 and 26), fleet (node:test with a real
# Prometheus), corpus (the detector's floors).
# T=name runs only tests with that name. A suite that crashes, that stops before its last
# test, or that holds no test at all counts as one failure.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2

results=build/results
mkdir -p "$results"
passed=0 failed=0

# count SUITE PASSED FAILED STATUS: add up; a bad exit status without a failure is one.
count() {
    local suite=$1 ok=$2 bad=$3 status=$4

    if [[ $status -ne 0 && $bad -eq 0 ]]; then
        echo "run.sh: suite '$suite' ended with status $status" >&2
        bad=1
    elif [[ $ok -eq 0 && $bad -eq 0 ]]; then
        echo "run.sh: suite '$suite' ran no test" >&2
        bad=1
    fi
    printf '%-11s %s passed, %s failed\n' "$suite" "$ok" "$bad"
    passed=$((passed + ok)) failed=$((failed + bad))
}

# count_in FILE PATTERN: lines that match; 0 when the suite died before it made the file.
count_in() {
    if [[ -f $1 ]]; then grep -cE "$2" "$1"; else echo 0; fi
}

criterion() {
    local suite=$1 binary=$2 log=$results/$1.tap status ok bad planned

    rm -f "$log"
    timeout -k 10 600 "$binary" --timeout 60 --tap="$log" ${T:+--filter "*/*$T*"}
    status=$?
    ok=$(count_in "$log" '^ok')
    bad=$(count_in "$log" '^not ok')
    planned=$(sed -n 's/^1\.\.//p' "$log" 2>/dev/null)
    if [[ -z ${T:-} && $((ok + bad)) -lt ${planned:-0} ]]; then
        echo "run.sh: suite '$suite' stopped after $((ok + bad)) of $planned tests" >&2
        bad=$((bad + 1))
    fi
    count "$suite" "$ok" "$bad" "$status"
}

# node_tests SUITE FILE...: files of node:test.
node_tests() {
    local suite=$1 log=$results/$1.tap status files

    rm -f "$log"
    files=("${@:2}")
    [[ -z ${FILES:-} ]] || read -r -a files <<<"$FILES"
    timeout -k 10 900 "${NODE:-node}" --test --test-timeout=120000 \
        ${T:+--test-name-pattern="$T"} \
        --test-reporter=spec --test-reporter-destination=stdout \
        --test-reporter=tap --test-reporter-destination="$log" "${files[@]}"
    status=$?
    count "$suite" "$(sed -n 's/^# pass //p' "$log" 2>/dev/null | grep . || echo 0)" \
        "$(awk '/^# (fail|cancelled) / { n += $3 } END { print n + 0 }' "$log" 2>/dev/null ||
            echo 0)" "$status"
}

# What breaks with V8's insides, on the other versions of Node: looking inside, and feeding
# the collector's callbacks. (Everything on all of them: make test-nodes.)
other_nodes() {
    local log=$results/nodes.log status

    FILES=$(printf 'test/node/%s.test.js ' stuck inside gc gcstats handles heap_flow \
        track reader tasks_{stack,profile,heap,churn} http_client listeners_exact trace) \
        timeout -k 10 900 test/nodes.sh 22 24 26 >"$log" 2>&1
    status=$?
    grep -E '^(== node|✖)|^nodes.sh' "$log"
    count nodes "$(awk '/^node  / { n += $2 } END { print n + 0 }' "$log")" \
        "$(awk '/^node  / { n += $4 } END { print n + 0 }' "$log")" "$status"
}

cli_tests() {
    local log=$results/cli.log status line ok bad _

    timeout -k 10 900 test/cli/run ${T:+"$T"} | tee "$log"
    status=$?
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
    read -r ok _ bad _ <<<"${line:-0 passed, 0 failed}"
    count cli "$ok" "$bad" "$status"
}

# The detector on a small part of the labelled corpus, against floors far from its goals.
corpus() {
    local log=$results/corpus.log status

    timeout -k 10 300 build/corpus/corpus --quick >"$log"
    status=$?
    grep '^not ok' "$log"
    count corpus "$(count_in "$log" '^ok')" "$(count_in "$log" '^not ok')" "$status"
}

run_suite() {
    local variant=${1/unit/release}

    case $1 in
    unit | asan | tsan)
        criterion "$1-agent" "build/$variant/unit-agent"
        criterion "$1-cli" "build/$variant/unit-cli"
        ;;
    cli) cli_tests ;;
    node) node_tests node test/node/*.test.{js,mjs} ;;
    fleet) node_tests fleet test/fleet/*.test.js ;;
    nodes) other_nodes ;;
    corpus) corpus ;;
    *)
        echo "run.sh: unknown suite '$1'" >&2
        exit 2
        ;;
    esac
}

shopt -s nullglob
for suite in "$@"; do
    run_suite "$suite"
done
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
