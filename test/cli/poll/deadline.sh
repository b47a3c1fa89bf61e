#!/bin/sh
# SPDX-License-Identifier: MIT
#
# one hung target does not hold up the others, nor the command
begin=$(date +%s%N)
porthole top --once --timeout 500ms "127.0.0.1:$HUNG" "127.0.0.1:$GOOD" "127.0.0.1:$DRIP"
echo "$?"
took=$((($(date +%s%N) - begin) / 1000000))
[ "$took" -lt 800 ] && echo in time || echo "took $took ms"
