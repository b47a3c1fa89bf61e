#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a leak that has been mended long ago: nothing at the end, but --ever there was
awk -F, 'BEGIN { OFS = "," } NR == 1 || NR <= 700 { print; t = $1 }' \
    "$HERE/suspects/leak-sockets.csv" >mended.csv
awk 'BEGIN { for (i = 1; i < 3000; i++) print 209400 + 300 * i ",100,240" }' >>mended.csv
porthole suspects --series mended.csv --load requests | awk '{ print $1, $2, $3 }'
porthole suspects --series mended.csv --load requests >out
echo "$?"
porthole suspects --series mended.csv --load requests --ever >out
