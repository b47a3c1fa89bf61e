#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a path that cannot be one
porthole get localhost metrics
echo "$?"
porthole get localhost '/a b'
echo "$?"
porthole get "localhost:$GOOD,localhost:$OTHER"
echo "$?"
