#!/bin/sh
# SPDX-License-Identifier: MIT
#
# older agents, blocked ones, busy ones, strangers, nobody
for port in "$GOOD" "$STUCK" "$TAKEN" "$KANG" "$CLOSED"; do
    porthole listeners --exact "127.0.0.1:$port"
    echo "$?"
done
