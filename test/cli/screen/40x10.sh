#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a small screen keeps what matters most
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 40 10 "porthole top --interval 1m 127.0.0.1:$GOOD 127.0.0.1:$BLOCKED 127.0.0.1:$CLOSED"
until_shows shop
show
