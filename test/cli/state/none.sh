#!/bin/sh
# SPDX-License-Identifier: MIT
#
# no target answers: exit 4
porthole state "127.0.0.1:$CLOSED" "127.0.0.1:$BUSY"
