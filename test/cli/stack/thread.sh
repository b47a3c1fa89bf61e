#!/bin/sh
# SPDX-License-Identifier: MIT
#
# one thread alone
porthole stack --thread 1 "127.0.0.1:$STACK"
