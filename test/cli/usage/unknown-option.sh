#!/bin/sh
# SPDX-License-Identifier: MIT
#
# an unknown option names itself and suggests the nearest
porthole top --onse
echo "$?"
porthole --frobnicate top
echo "$?"
porthole ps -x
echo "$?"
