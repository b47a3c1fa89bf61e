#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --json and another format: exit 2
porthole top --once --json -f csv "127.0.0.1:$GOOD"
