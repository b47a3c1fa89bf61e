#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the document as it came
porthole stack --json --thread 1 "127.0.0.1:$STACK"
