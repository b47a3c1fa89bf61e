#!/bin/sh
# SPDX-License-Identifier: MIT
#
# on a terminal: indented, ASCII, nothing that drives it
script -qec "porthole state 127.0.0.1:$HOSTILE" /dev/null | cat -v |
    grep -n '"schema\|name\|ident'
