#!/bin/sh
# SPDX-License-Identifier: MIT
#
# numbers out of range and of the wrong type are unknown
porthole top --once --timeout 2s "127.0.0.1:$ABSURD"
