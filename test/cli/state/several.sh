#!/bin/sh
# SPDX-License-Identifier: MIT
#
# several targets: one line each, named; failures on stderr, exit 3
porthole state "127.0.0.1:$SPARSE,127.0.0.1:$CLOSED" "http://127.0.0.1:$SPARSE"
