#!/bin/sh
# SPDX-License-Identifier: MIT
#
# no target answers: exit 4
porthole top --once "127.0.0.1:$CLOSED" >/dev/null
