#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the agent refuses after all: it has the last word, and --force is named
porthole listeners --exact "127.0.0.1:$COUNTS_GROWN"
echo "$?"
