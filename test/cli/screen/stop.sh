#!/bin/sh
# SPDX-License-Identifier: MIT
#
# ^Z gives the terminal back, and fg takes it again
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 12 "bash --norc -i"
press "PS1='ready> '; clear" Enter
until_shows 'ready>'
press "porthole top --interval 1m 127.0.0.1:$GOOD" Enter
until_shows shop
press C-z
until_shows 'Stopped'
press "stty -a | grep -o '[-]*icanon'" Enter
until_shows 'icanon'
show | grep '^icanon'
press "clear; fg" Enter
until_shows 'q quit'
show
press q
until_shows 'ready>'
