#!/bin/sh
# SPDX-License-Identifier: MIT
#
# blocks of one thread
porthole stack --blocks --thread 1 "127.0.0.1:$STACK"
