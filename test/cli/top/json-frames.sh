#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --json --count 3: three lines
porthole top --count 3 --interval 20ms --json "127.0.0.1:$GOOD" | wc -l
