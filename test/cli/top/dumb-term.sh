#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a TERM that cannot move its cursor: one clear line, exit 2
script -qec "TERM=dumb porthole top 127.0.0.1:$GOOD" /dev/null
