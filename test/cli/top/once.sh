#!/bin/sh
# SPDX-License-Identifier: MIT
#
# one plain frame, 80 columns, worst first
porthole top --once "127.0.0.1:$GOOD" "127.0.0.1:$OTHER" \
    "127.0.0.1:$BLOCKED" "127.0.0.1:$CLOSED"
