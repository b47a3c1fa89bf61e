#!/bin/sh
# SPDX-License-Identifier: MIT
#
# without UTF-8
LC_ALL=C porthole history "127.0.0.1:$LEAK1" heap.used_bytes
