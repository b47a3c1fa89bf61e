#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the file is named after the process
porthole snapshot "127.0.0.1:$CAPTURES" 2>/dev/null | cut -c 1-12
printf '%s\n' * | sed "s/20[0-9]*T[0-9]*/{TIME}/"
