#!/bin/sh
# SPDX-License-Identifier: MIT
#
# an option without its value, and a flag with one
porthole top --timeout
echo "$?"
porthole top --once=1
echo "$?"
