#!/bin/sh
# SPDX-License-Identifier: MIT
#
# ? explains keys and columns; any key goes back
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 26 "porthole top --interval 1m 127.0.0.1:$GOOD"
until_shows shop
press "?"
until_shows 'any key'
show
press x
until_shows shop
