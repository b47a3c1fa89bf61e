#!/bin/sh
# SPDX-License-Identifier: MIT
#
# one target, and no other number of them
porthole listeners --exact
echo "$?"
porthole listeners --exact a b
echo "$?"
porthole listeners --exact "a,b"
echo "$?"
