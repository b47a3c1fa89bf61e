#!/bin/sh
# SPDX-License-Identifier: MIT
#
# every thread: blocked, idle, unreachable, late
porthole stack --no-color "127.0.0.1:$STACK"
