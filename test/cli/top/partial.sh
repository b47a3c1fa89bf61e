#!/bin/sh
# SPDX-License-Identifier: MIT
#
# some targets fail: the others are shown, exit 3
porthole top --once "127.0.0.1:$GOOD" "127.0.0.1:$CLOSED" >/dev/null
