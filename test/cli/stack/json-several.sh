#!/bin/sh
# SPDX-License-Identifier: MIT
#
# several targets: a line of JSON each
porthole stack --json --thread 1 "127.0.0.1:$STACK" "http://127.0.0.1:$STACK"
porthole stack --json --blocks --thread 1 "127.0.0.1:$STACK" "http://127.0.0.1:$STACK"
