#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test/run.sh [--meanwhile COMMAND] SUITE...: run test suites that are built already and close
# with one line, `N passed, M failed`. Suites: unit, asan, tsan (Criterion), cli (golden
# files), node (node:test), nodes (a part of it on Node 22, 24 and 26), fleet (node:test with a
# real Prometheus), corpus (the detector's floors). COMMAND builds what nodes, corpus, asan and
# tsan need, at the lowest priority, while the suites before them wait for their children.
# T=name runs only tests with that name. A suite that crashes, that stops before its last
# test, or that holds no test at all counts as one failure. A test that says it can't run
# here (TSan, no IPv6, not root) is neither: it is named.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2

results=build/results
mkdir -p "$results"
passed=0 failed=0

# The builder would outlive an interrupted run: bash makes it deaf to the terminal's signals.
builder=
if [[ ${1:-} == --meanwhile ]]; then
    nice -n 19 bash -c "$2" >"$results/meanwhile.log" 2>&1 &
    builder=$!
    trap '[[ -z $builder ]] || kill "$builder" 2>/dev/null' EXIT
    shift 2
fi

# built: wait for what is built meanwhile, and say what went wrong there.
built() {
    local status

    [[ -n $builder ]] || return 0
    wait "$builder"
    status=$?
    builder=
    if [[ $status -ne 0 ]]; then
        tail -n 30 "$results/meanwhile.log" >&2
        failed=$((failed + 1))
    fi
}

# count SUITE PASSED FAILED STATUS: add up; a bad exit status without a failure is one.
count() {
    local suite=$1 ok=$2 bad=$3 status=$4

    if [[ $status -ne 0 && $bad -eq 0 ]]; then
        echo "run.sh: suite '$suite' ended with status $status" >&2
        bad=1
    elif [[ -z ${T:-} && $ok -eq 0 && $bad -eq 0 ]]; then
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
    local suite=$1 binary=$2 log=$results/$1.tap status ok bad skipped planned

    rm -f "$log"
    timeout -k 10 600 "$binary" --timeout 60 --tap="$log" ${T:+--filter "*/*$T*"}
    status=$?
    ok=$(count_in "$log" '^ok[^#]*$')
    bad=$(count_in "$log" '^not ok')
    skipped=$(count_in "$log" '^ok.*#') # by itself or, with T, by the filter
    planned=$(sed -n 's/^1\.\.//p' "$log" 2>/dev/null)
    if [[ -z ${T:-} ]]; then
        sed -n 's/^ok - \(.*#\)/run.sh: \1/p' "$log" 2>/dev/null
        if [[ $((ok + bad + skipped)) -lt ${planned:-0} ]]; then
            echo "run.sh: suite '$suite' stopped after $((ok + bad)) of $planned tests" >&2
            bad=$((bad + 1))
        fi
    fi
    count "$suite" "$ok" "$bad" "$status"
}

# Files of test/node that measure how late something is, that keep both cores busy, or that
# have failed beside others on a loaded machine: they run one at a time. All others mostly
# wait for a child, and do so side by side.
lone=" attribution face flame heavy inside kang kang_agent kang_client leaks loop "
lone+="provide_slices stuck tasks_churn tasks_heap tasks_profile "
side_by_side=3

# add_up LOG PATTERN: the sum of what the TAP log says in lines `# PATTERN N`.
add_up() {
    awk -v pattern="^# ($2) " '$0 ~ pattern { n += $3 } END { print n + 0 }' "$1" 2>/dev/null ||
        echo 0
}

# node_run AT_ONCE LOG FILE...: the status is node's.
node_run() {
    local at_once=$1 log=$2

    shift 2
    timeout -k 10 900 "${NODE:-node}" --test --test-timeout=300000 \
        --test-concurrency="$at_once" ${T:+--test-name-pattern="$T"} \
        --test-reporter=spec --test-reporter-destination=stdout \
        --test-reporter=tap --test-reporter-destination="$log" "$@"
}

# node_tests SUITE FILE...: files of node:test.
node_tests() {
    local suite=$1 log=$results/$1.tap status=0 file files alone=() together=()

    rm -f "$log"
    files=("${@:2}")
    [[ -z ${FILES:-} ]] || read -r -a files <<<"$FILES"
    for file in "${files[@]}"; do
        case $lone in
        *" $(basename "$file" .test.js) "*) alone+=("$file") ;;
        *) together+=("$file") ;;
        esac
    done
    if [[ ${#together[@]} -gt 0 ]]; then
        node_run "$side_by_side" "$log.1" "${together[@]}" || status=$?
    fi
    if [[ ${#alone[@]} -gt 0 ]]; then
        node_run 1 "$log.2" "${alone[@]}" || status=$?
    fi
    cat "$log".[12] >"$log"
    rm -f "$log".[12]
    count "$suite" "$(add_up "$log" pass)" "$(add_up "$log" 'fail|cancelled')" "$status"
}

# What breaks with V8's insides, on the other versions of Node: looking inside, and feeding
# the collector's callbacks. (Everything on all of them: make test-nodes.)
other_nodes() {
    local log=$results/nodes.log status

    FILES=$(printf 'test/node/%s.test.js ' stuck inside gc gcstats handles heap_flow \
        track reader tasks_{stack,profile,heap,churn} http_client listeners_exact trace) \
        PORTHOLE_TEST_TASKS=100 timeout -k 10 900 test/nodes.sh 22 24 26 >"$log" 2>&1
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

    [[ " nodes corpus asan tsan " != *" $1 "* ]] || built
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
if [[ $((passed + failed)) -eq 0 ]]; then
    echo "run.sh: no test is called '${T:-}'" >&2
    failed=1
fi
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
