#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a list that is down leaves the other targets, and exit code 3
porthole top --once "http_sd:127.0.0.1:$LIST_DOWN,http_sd:127.0.0.1:$LIST" | cut -c 1-40
porthole state "http_sd:127.0.0.1:$LIST_DOWN" "127.0.0.1:$GOOD" >/dev/null
