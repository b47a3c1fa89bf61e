#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a disk that is full leaves no file
ulimit -f 8
porthole profile "127.0.0.1:$CAPTURES"
echo "$?"
porthole profile "127.0.0.1:$CAPTURES" -o /dev/full
echo "$?"
porthole profile "127.0.0.1:$CAPTURES" -o missing/x
echo "$?"
ls
