#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a crash gives the terminal back, and is seen by the shell
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 24 "sh -c 'ulimit -c 0; echo \$\$ >pid; exec porthole top 127.0.0.1:$GOOD' 2>&1"
until_shows shop
kill -SEGV "$(cat pid)"
until_shows 'ended with 139'
until_shows icanon
show | grep -c shop || true
tmux_ display-message -p '#{alternate_on} #{cursor_flag}'
