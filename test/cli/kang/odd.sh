#!/bin/sh
# SPDX-License-Identifier: MIT
#
# null, numbers, lists, names of JavaScript, fields that merging hides
for t in 17 nothing constructor named empty; do
    porthole -h "127.0.0.1:$KANGODD" -l "$t"
done
porthole -h "127.0.0.1:$KANGNULL" -f json t
porthole -h "127.0.0.1:$KANGTWICE" -l t
