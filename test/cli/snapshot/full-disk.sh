#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a disk that fills up leaves no file
ulimit -f 8
porthole snapshot "127.0.0.1:$CAPTURES" -o x.heapsnapshot
echo "$?"
ls
