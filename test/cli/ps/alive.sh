#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the living process; dead, reused and hostile records are not shown
"$NODE" "$HERE/records.js" run
porthole ps | cut -c 1-70
