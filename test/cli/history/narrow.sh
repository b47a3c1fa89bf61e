#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a narrow terminal
COLUMNS=40 porthole history "127.0.0.1:$LEAK1" heap.used_bytes
