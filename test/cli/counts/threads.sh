#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a block for each thread; one alone; one that is not there
porthole listeners "127.0.0.1:$COUNTS/threads"
echo
porthole handles --thread 7 "127.0.0.1:$COUNTS/threads"
echo "$?"
porthole heap --thread 9 "127.0.0.1:$COUNTS/threads"
echo "$?"
