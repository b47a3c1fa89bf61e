#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what is not there
porthole history "127.0.0.1:$LEAK1" nothing
echo "$?"
porthole history "127.0.0.1:$LEAK1" heap.used_bytes --resolution 2m
echo "$?"
porthole history "127.0.0.1:$LEAK1" heap.used_bytes -f xml
echo "$?"
porthole history "127.0.0.1:$LEAK1,127.0.0.1:$LEAK2"
echo "$?"
porthole history "127.0.0.1:$OLDLEAK"
echo "$?"
porthole history "127.0.0.1:$ODDLEAK"
echo "$?"
porthole history "127.0.0.1:$ODDLEAK" x
echo "$?"
porthole history "127.0.0.1:$CLOSED" x
