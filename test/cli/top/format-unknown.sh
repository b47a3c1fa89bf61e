#!/bin/sh
# SPDX-License-Identifier: MIT
#
# -f with a format there is none of: exit 2
porthole top --once -f xml "127.0.0.1:$GOOD"
