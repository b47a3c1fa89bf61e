#!/bin/sh
# SPDX-License-Identifier: MIT
#
# nothing of a target reaches the terminal raw
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 8 "porthole top --interval 1m 127.0.0.1:$HOSTILE"
until_shows '\x1b'
show
