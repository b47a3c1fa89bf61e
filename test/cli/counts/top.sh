#!/bin/sh
# SPDX-License-Identifier: MIT
#
# rows beyond the top are said, and remembered
porthole listeners --top 1 "127.0.0.1:$COUNTS/step/0"
echo
porthole listeners --top 2 "127.0.0.1:$COUNTS/step/1"
