#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what is null or missing is unknown, not zero
porthole top --once --timeout 2s "127.0.0.1:$SPARSE"
