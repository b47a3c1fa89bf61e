#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a bad count
porthole top --count 0
porthole top --count -3
porthole top --count 99999999999999999999
