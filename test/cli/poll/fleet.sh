#!/bin/sh
# SPDX-License-Identifier: MIT
#
# 199 good targets, one that refuses and one that hangs: all have rows, both are named
begin=$(date +%s%N)
seq 1 199 | sed "s/.*/127.1.0.&:$FLEET/" >list
porthole top --once --timeout 1s "127.0.0.1:$CLOSED" "127.0.0.1:$HUNG" @list >rows || echo "$?"
took=$((($(date +%s%N) - begin) / 1000000))
grep -c '^  shop ' rows
grep '^x' rows
tail -n 1 rows
[ "$took" -lt 3000 ] && echo in time || echo "took $took ms"
