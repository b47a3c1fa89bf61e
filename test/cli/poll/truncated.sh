#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the connection ends before the body does
porthole top --once --timeout 2s "127.0.0.1:$TRUNCATED"
