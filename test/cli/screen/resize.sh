#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the screen follows its terminal
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 24 "porthole top --interval 1m 127.0.0.1:$GOOD"
until_shows shop
tmux_ resize-window -x 20 -y 5
until_shows small
tmux_ resize-window -x 60 -y 9
until_shows shop
show
