#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a bad line of a target file is named by its number
printf '# fleet\n\nlocalhost:1 # fine\nlocalhost:x\n' >fleet
porthole top --once @fleet
porthole top --once @missing
printf '@fleet\n' >nested
porthole top --once @nested
