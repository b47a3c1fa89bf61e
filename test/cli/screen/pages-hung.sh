#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a process that does not answer holds up neither its page nor the keyboard
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 10 "porthole top --interval 1m --timeout 20s 127.0.0.1:$HUNG"
until_shows 'q quit'
press Enter
until_shows 'not answered yet'
press c
until_shows 'asking'
press q
until_shows 'ended with 0'
