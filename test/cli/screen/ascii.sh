#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a locale without UTF-8 gets an ASCII screen
# shellcheck disable=SC1091
. "$HERE/tmux.sh"
start 80 8 "LC_ALL=C porthole top --interval 1m 127.0.0.1:$GOOD unix:/nowhere/at/all"
until_shows shop
show | LC_ALL=C tr -d '\n\040-\176' | od -An -c
show
