#!/bin/sh
# SPDX-License-Identifier: MIT
#
# keys that come together act on the rows that those before them have made
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 12 "porthole top --interval 1m 127.0.0.1:$LIVE 127.0.0.1:$CLOSED"
until_shows 'x 127.0.0.1'
press g Down Enter
until_shows "filter 'service=shop'"
echo 'filtered to the group'
