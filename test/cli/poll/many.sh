#!/bin/sh
# SPDX-License-Identifier: MIT
#
# half a million values in a megabyte are refused before they take memory
porthole top --once --timeout 2s "127.0.0.1:$MANY"
