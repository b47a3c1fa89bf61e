#!/bin/sh
# SPDX-License-Identifier: MIT
#
# two rounds are enough for the changes per minute
porthole top --count 2 --interval 50ms "127.0.0.1:$GROWS" >out
tail -n 2 out | awk 'NR == 1 { print $10, $12 }'
