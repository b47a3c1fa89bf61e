#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the message of the target is shown
porthole stack --thread 77 "127.0.0.1:$STACK"
