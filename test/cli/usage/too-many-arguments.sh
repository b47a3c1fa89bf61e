#!/bin/sh
# SPDX-License-Identifier: MIT
#
# too many and too few arguments
porthole get
echo "$?"
porthole get a / b
echo "$?"
porthole ps all
echo "$?"
