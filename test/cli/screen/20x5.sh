#!/bin/sh
# SPDX-License-Identifier: MIT
#
# too small: a line that says so, no crash
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 20 5 "porthole top --interval 1m 127.0.0.1:$GOOD"
until_shows small
show
press q
until_shows 'ended with 0'
