#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what does not leak is not said to: exit code 0. A cache that fills for six hours, a daily
# cycle, a pool of sockets that follows its load; with the load, and without it. (--csv 'heap,
# LRU fills for 6 h', 'heap, daily' and 'count follows load', seed 3; a row each ten minutes)
for file in calm-cache calm-daily calm-pool; do
    porthole suspects --series "$HERE/suspects/$file.csv" | awk '{ print $1, $2, $3 }'
    porthole suspects --series "$HERE/suspects/$file.csv" --load requests >out
    echo "$file: $?"
done
porthole suspects --series "$HERE/suspects/calm-daily.csv" --load requests --ever >out
