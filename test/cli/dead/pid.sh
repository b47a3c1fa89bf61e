#!/bin/sh
# SPDX-License-Identifier: MIT
#
# all that a process left, by its number
"$NODE" "$HERE/lastwords.js" "$PORTHOLE_RUN_DIR"
porthole dead --no-color 4000001 | sed 's/written [0-9T:.-]*Z/written {TIME}/'
porthole dead pid:4000001 | tail -n 2
