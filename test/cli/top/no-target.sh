#!/bin/sh
# SPDX-License-Identifier: MIT
#
# nothing named and nothing local: exit 4
porthole top --once
