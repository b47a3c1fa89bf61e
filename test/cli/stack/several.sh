#!/bin/sh
# SPDX-License-Identifier: MIT
#
# several targets: each heading says whose it is; one that fails does not hide the others
porthole stack "127.0.0.1:$STACK" "127.0.0.1:$CLOSED" "127.0.0.1:$STACK_NONE"
