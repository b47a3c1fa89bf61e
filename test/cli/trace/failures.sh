#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what the agent says is said, and what to do about it
for port in "$STUCK" "$TAKEN" "$PICKY" "$GOOD" "$LOCKED" "$NGINX" "$CLOSED"; do
    porthole trace listeners "127.0.0.1:$port"
    echo "$?"
done
porthole trace listeners --seconds 100ms --timeout 200ms "127.0.0.1:$HUNG"
echo "$?"
