#!/bin/sh
# SPDX-License-Identifier: MIT
#
# COLUMNS gives more columns
COLUMNS=160 porthole top --once "127.0.0.1:$GOOD" "127.0.0.1:$OTHER" |
    sed 's|  *[0-9.]* 127| RTT 127|'
