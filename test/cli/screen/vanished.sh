#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a terminal that goes away ends the command
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 24 "sh -c 'echo \$\$ >pid; exec porthole top --interval 1m 127.0.0.1:$GOOD'"
until_shows shop
tmux_ kill-server
trap - EXIT
tries=0
while kill -0 "$(cat pid)" 2>/dev/null && [ "$tries" -lt 100 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
kill -0 "$(cat pid)" 2>/dev/null && echo 'it is still there'
echo gone
