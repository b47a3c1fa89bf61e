#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a hung target does not delay a key
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 8 "porthole top --timeout 20s 127.0.0.1:$HUNG 127.0.0.1:$GOOD"
until_shows 'q quit'
press q
until_shows 'ended with 0'
