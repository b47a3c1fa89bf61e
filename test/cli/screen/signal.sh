#!/bin/sh
# SPDX-License-Identifier: MIT
#
# SIGTERM gives the terminal back and is seen by the shell
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 24 "sh -c 'echo \$\$ >pid; exec porthole top 127.0.0.1:$GOOD'"
until_shows shop
kill -TERM "$(cat pid)"
until_shows 'ended with 143'
until_shows icanon
show | grep -v '^$'
