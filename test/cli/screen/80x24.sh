#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a whole screen; q gives the terminal back
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 24 "porthole top --interval 1m 127.0.0.1:$GOOD 127.0.0.1:$BLOCKED 127.0.0.1:$CLOSED"
until_shows shop
show
press q
until_shows 'ended with 0'
until_shows icanon
show | grep -v '^$'
