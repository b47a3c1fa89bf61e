#!/bin/sh
# SPDX-License-Identifier: MIT
#
# 40 columns
COLUMNS=40 porthole top --once "127.0.0.1:$GOOD" "127.0.0.1:$OTHER"
