#!/bin/sh
# SPDX-License-Identifier: MIT
#
# no byte of a target drives the terminal
COLUMNS=200 porthole top --once "127.0.0.1:$HOSTILE" >out
LC_ALL=C tr -d '\n\040-\176\200-\377' <out | od -An -c
LC_ALL=C grep -c "$(printf '\033\|\302[\200-\237]')" out
cut -c 1-80 <out
