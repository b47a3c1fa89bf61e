#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what is bad is red, and has its sign
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 8 "porthole top --interval 1m 127.0.0.1:$BLOCKED"
until_shows stuck
tmux_ capture-pane -e -p | grep -c "$(printf '\033')\\[[0-9;]*3[0-7]m"
show | grep -o '^# stuck'
