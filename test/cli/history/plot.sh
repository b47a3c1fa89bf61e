#!/bin/sh
# SPDX-License-Identifier: MIT
#
# band, mean, a gap, and the bar where this process began
porthole history "127.0.0.1:$LEAK1" heap.used_bytes
