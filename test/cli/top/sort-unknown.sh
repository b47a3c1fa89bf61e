#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --sort by what is no column: it lists those that are, exit 2
porthole top --once --sort nonsense "127.0.0.1:$GOOD"
