#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a large screen: all meters in one line, more columns, the pane of the chosen figure
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
targets="127.0.0.1:$LIVE 127.0.0.1:$LIVE2 127.0.0.1:$BLOCKED 127.0.0.1:$CLOSED"
start 140 40 "porthole top --interval 1m $targets"
until_shows 'x 127.0.0.1'
press Left
press Left
until_shows 'HEAP: threads'
show | sed 's/  *[0-9.]* *0 127/ {RTT} 0 127/'
