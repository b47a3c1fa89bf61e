#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a TERM that is unknown: one clear line, exit 2
script -qec "TERM=nonsense porthole top 127.0.0.1:$GOOD" /dev/null
