#!/bin/sh
# SPDX-License-Identifier: MIT
#
# whole stacks behind the table
porthole trace listeners --stacks --thread 0 "127.0.0.1:$COUNTS"
