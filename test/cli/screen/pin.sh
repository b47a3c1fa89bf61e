#!/bin/sh
# SPDX-License-Identifier: MIT
#
# space pins a row on top
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 12 "porthole top --interval 1m 127.0.0.1:$LIVE 127.0.0.1:$OTHER 127.0.0.1:$CLOSED"
until_shows 'x 127.0.0.1'
press s
press /
press -l mailer
press Enter
press Space
press Escape
until_shows 'x 127.0.0.1'
until_shows '^mailer'
show
