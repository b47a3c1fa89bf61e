#!/bin/sh
# SPDX-License-Identifier: MIT
#
# several targets: a line each
porthole handles --json "127.0.0.1:$COUNTS/old" "127.0.0.1:$COUNTS/empty" "127.0.0.1:$CLOSED"
echo "$?"
porthole handles --json --watch 10ms --count 2 "127.0.0.1:$COUNTS/old"
