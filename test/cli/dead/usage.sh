#!/bin/sh
# SPDX-License-Identifier: MIT
#
# wrong words on the command line
"$NODE" "$HERE/lastwords.js" "$PORTHOLE_RUN_DIR"
porthole dead; echo "$?"
porthole dead 0; echo "$?"
porthole dead pid:x; echo "$?"
porthole dead 99999999999; echo "$?"
porthole dead 1 2; echo "$?"
porthole dead --timeout 2s 1; echo "$?"
