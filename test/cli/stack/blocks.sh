#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the last blocks, with their stacks or why there is none
porthole stack --blocks "127.0.0.1:$STACK"
