#!/bin/sh
# SPDX-License-Identifier: MIT
#
# nothing in a file can drive the terminal, and nothing absurd is shown
"$NODE" "$HERE/lastwords.js" "$PORTHOLE_RUN_DIR"
porthole dead 4000002 | sed 's/written [0-9T:.-]*Z/written {TIME}/'
LC_ALL=C porthole dead 4000002 | LC_ALL=C tr -d '\040-\176\n'
