#!/bin/sh
# SPDX-License-Identifier: MIT
#
# wrong words and options name themselves
porthole trace
echo "$?"
porthole trace listeners
echo "$?"
porthole trace timers localhost:1
echo "$?"
porthole trace listeners a,b
echo "$?"
porthole trace listeners a b
echo "$?"
porthole trace listeners --seconds 0 a
echo "$?"
porthole trace sockets --json --stacks a
echo "$?"
porthole trace sockets --watch 1 a
echo "$?"
