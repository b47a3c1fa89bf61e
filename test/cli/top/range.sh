#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a range of ports, a list, a file
printf '127.0.0.1:%s # good\n\n#x\n127.0.0.1:%s\n' "$GOOD" "$OTHER" >fleet
porthole top --once @fleet "127.0.0.1:$BLOCKED-$BLOCKED"
