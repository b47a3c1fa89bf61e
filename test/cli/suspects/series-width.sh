#!/bin/sh
# SPDX-License-Identifier: MIT
#
# long names are cut in the middle: the parts of a history differ at their ends
name=heap.array_buffers_bytes
printf '%s\n' "seconds,$name.min,$name.mean" 1,2,3 2,3,4 >x.csv
COLUMNS=60 porthole suspects --series x.csv
COLUMNS=60 LC_ALL=C porthole suspects --series x.csv
# a reader that leaves early is no error of ours
porthole suspects --series x.csv --json | head -c 1
porthole suspects --series x.csv >/dev/full
