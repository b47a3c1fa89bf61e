#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a name without an address
porthole top --once nosuch.invalid
