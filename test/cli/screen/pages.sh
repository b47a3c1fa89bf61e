#!/bin/sh
# SPDX-License-Identifier: MIT
#
# one process, a page for each key
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 100 20 "porthole top --interval 1m 127.0.0.1:$LIVE"
until_shows shop
press Enter
until_shows 'process.rss'
show
for page in l:p90 c:gcstats h:old_space n:timer k:close_wait i:primary-db j:job u:118/h \
    t:tick; do
    press "${page%:*}"
    until_shows "${page#*:}"
    show | head -n 12
done
press Escape
until_shows 'q quit'
