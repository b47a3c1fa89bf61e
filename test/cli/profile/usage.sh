#!/bin/sh
# SPDX-License-Identifier: MIT
#
# wrong options are told before anything is asked
porthole profile
echo "$?"
porthole profile 127.0.0.1:1,127.0.0.1:2
echo "$?"
porthole profile 127.0.0.1:1 --thread x
echo "$?"
porthole profile 127.0.0.1:1 --seconds abc
echo "$?"
porthole profile 127.0.0.1:1 -o
echo "$?"
porthole profile 127.0.0.1:1 -x
echo "$?"
porthole ps -o file
echo "$?"
