#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a long stop needs --force
porthole listeners --exact "127.0.0.1:$COUNTS_BIG"
echo "$?"
porthole listeners --exact --force --thread 0 --top 1 "127.0.0.1:$COUNTS_BIG"
echo "$?"
