#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test/apps/demo.sh: what `make demo` runs once everything is built. Starts two services
# (shop.js, which leaks, and stock.js) and customers (load.js), shows the shop's state, then
# opens `porthole top` on both; without a terminal it prints three frames and ends. Whatever
# way it ends, nothing it started stays: the kernel ends the children when this shell is
# gone, even by kill -9.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly patience=20 # seconds, for each step
readonly command=./build/porthole
pids=()
work=$(mktemp -d)

fail() {
    echo "demo: $*" >&2
    exit 1
}

clean_up() {
    trap '' INT TERM
    [[ ${#pids[@]} -eq 0 ]] || kill "${pids[@]}" 2>/dev/null || true
    wait
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# start NAME COMMAND...: in the background; its messages go to $work/NAME.log. Given a
# fifo $work/NAME, its standard output goes there, else nowhere.
start() {
    local name=$1 out=/dev/null

    shift
    [[ ! -p $work/$name ]] || out=$work/$name
    setpriv --pdeathsig TERM -- "$@" </dev/null >"$out" 2>"$work/$name.log" &
    pids+=($!)
}

# start_service NAME COMMAND...: start it and wait for the line of JSON it prints when it is
# ready; the line is left in $ready.
start_service() {
    local name=$1

    mkfifo "$work/$name"
    start "$@"
    if ! read -r -t "$patience" ready <"$work/$name"; then
        cat "$work/$name.log" >&2
        fail "service '$name' did not start"
    fi
}

# field NAME: of the JSON in $ready.
field() {
    node -p 'JSON.parse(process.argv[1])[process.argv[2]]' "$ready" "$1"
}

# await_state URL PATTERN: wait until the agent's state has it; the match is in BASH_REMATCH.
await_state() {
    local end=$((SECONDS + patience)) state

    until state=$(curl -sS --max-time 2 "$1/state?fields=captured,threads.gc" \
        2>"$work/curl.log") && [[ $state =~ $2 ]]; do
        [[ $SECONDS -lt $end ]] || return 1
        sleep 0.2
    done
}

# Until the loop answers and has warmed up: most listeners are counted by a sample, which
# forgets an emitter with the full collection that removes it. The second one takes what
# lived only while the shop started, and the next is not near. Without it, go on as well.
await_warm() {
    local tick

    await_state "$1" '"num_full_gc":[0-9]' ||
        fail "no state from '$1': $(tail -n 1 "$work/curl.log")"
    await_state "$1" '"num_full_gc":([2-9]|[1-9][0-9])' || true
    await_state "$1" '"tick":([0-9]+)' || fail "no state from '$1'"
    tick=${BASH_REMATCH[1]}
    await_state "$1" "\"tick\":($((tick + 2))|$((tick + 3)))[,}]" || true
}

for tool in node curl setpriv; do
    command -v "$tool" >/dev/null || fail "cannot find '$tool'"
done
[[ -x $command ]] || fail "cannot find '$command': run 'make demo'"

# 9090 is left to the shop; a port that is taken gives way to the next.
start_service stock env PORTHOLE_PORT=9091 PORTHOLE_SERVICE=stock \
    node -r ./addon/register.js test/apps/stock.js
stock_url=$(field url) stock_pid=$(field pid)
start_service shop node test/apps/shop.js --stock "$stock_url"
shop_url=$(field url) shop_pid=$(field pid) agent_url=$(field porthole)
[[ -n $agent_url ]] || fail "porthole did not start: $(head -n 1 "$work/shop.log")"
start load node test/apps/load.js "$shop_url"
await_warm "$agent_url"

echo "\$ curl '$agent_url/state?pretty'"
curl -sS --fail --max-time "$patience" "$agent_url/state?pretty" ||
    fail "no state from '$agent_url'"

echo
echo "\$ porthole objects cart pid:$shop_pid --limit 5"
"$command" objects cart "pid:$shop_pid" --limit 5 || fail "no carts from '$agent_url'"

top=("$command" top "pid:$shop_pid" "pid:$stock_pid")
[[ -t 0 && -t 1 ]] || top+=(--count 3 --interval 2s)
echo
echo "\$ ${top[*]}"
"${top[@]}" || fail "'porthole top' ended with status $?"
for pid in "${pids[@]}"; do
    kill -0 "$pid" 2>/dev/null ||
        fail "a part of the demo ended early: $(tail -q -n 3 "$work"/*.log)"
done
