#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a reader that goes away ends the command quietly
porthole top --interval 50ms "127.0.0.1:$GOOD" | head -n 1
