#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a locale without UTF-8 gets ASCII only
LC_ALL=C porthole top --once "127.0.0.1:$HOSTILE" "127.0.0.1:$GOOD" \
    "unix:/nowhere/with/a/long/name"
