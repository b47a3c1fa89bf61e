#!/bin/sh
# SPDX-License-Identifier: MIT
#
# indented when asked
porthole stack --json --pretty --thread 1 "127.0.0.1:$STACK"
