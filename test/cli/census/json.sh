#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the document as it came, a cell at a time
porthole listeners --exact --json "127.0.0.1:$COUNTS"
