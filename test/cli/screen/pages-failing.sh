#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a page says why it is empty, and the keyboard goes on
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 10 "porthole top --interval 1m 127.0.0.1:$GOOD 127.0.0.1:$CLOSED"
until_shows shop
press End
press /
press -l shop
press Enter
press Enter
press t
until_shows 'http-404'
show
press Escape
press Escape
press /
press -l "$CLOSED"
press Enter
press Enter
press c
until_shows 'refused'
show
