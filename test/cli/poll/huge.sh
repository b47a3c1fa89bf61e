#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a body without end stops at the ceiling
porthole top --once --timeout 2s "127.0.0.1:$HUGE"
