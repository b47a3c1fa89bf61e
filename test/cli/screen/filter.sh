#!/bin/sh
# SPDX-License-Identifier: MIT
#
# filter, sort and pause by keys
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 8 "porthole top --interval 1m 127.0.0.1:$GOOD 127.0.0.1:$OTHER 127.0.0.1:$CLOSED"
until_shows shop
press /
press mail
until_shows 'filter: mail_'
press Enter
press p
until_shows PAUSED
show
press Escape
until_shows shop
press s
press r
until_shows 'SERVICE▾'
show
