#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what is wrong with the words
porthole -h
echo "$?"
porthole -l
echo "$?"
porthole -h a b c
echo "$?"
porthole -f xml -h a b
echo "$?"
porthole -h h/x:y conn:1
echo "$?"
porthole conn:c7
echo "$?"
porthole top -l
echo "$?"
porthole help kang
