#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a page longer than the screen scrolls
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 60 9 "porthole top --interval 1m 127.0.0.1:$LIVE"
until_shows shop
press Enter
until_shows '1-6 of'
press NPage
until_shows '7-12 of'
show
press End
until_shows '25-30 of'
show
