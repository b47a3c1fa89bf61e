#!/bin/sh
# SPDX-License-Identifier: MIT
#
# nothing of a document reaches the terminal raw, on any page
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 100 20 "porthole top --interval 1m 127.0.0.1:$EVILLIVE"
until_shows '\x1b'
press Enter
until_shows 'process.rss'
show | head -n 4
for page in l:p90 j:job u:118/h t:tick; do
    press "${page%:*}"
    until_shows "${page#*:}"
    show | head -n 8
done
