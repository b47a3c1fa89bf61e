#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the last seconds, and a rate
porthole history "127.0.0.1:$LEAK1" heap.used_bytes --resolution 1s
porthole history "127.0.0.1:$LEAK1" started --resolution 1h
