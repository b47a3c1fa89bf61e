#!/bin/sh
# SPDX-License-Identifier: MIT
#
# g puts processes together; enter filters to a group, esc goes back
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
targets="127.0.0.1:$LIVE 127.0.0.1:$LIVE2 127.0.0.1:$BLOCKED 127.0.0.1:$CLOSED"
start 80 12 "porthole top --interval 1m $targets"
until_shows 'x 127.0.0.1'
press g
until_shows 'by service'
show
press g
until_shows 'by version'
show | sed -n 5,8p
press Down
press Down
press Down
press Enter
until_shows "filter 'version=1.4.3'"
show
press Escape
until_shows 'x 127.0.0.1'
