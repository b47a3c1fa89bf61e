#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the files of a hostile run directory
"$NODE" "$HERE/records.js" "$PORTHOLE_RUN_DIR"
for number in 2 10 11 12 13 14 15 16 17 18 19 20 21 22; do
  porthole dead "40000$(printf %02d "$number")" || echo "$?"
done
porthole dead 4000001 | head -n 4 | sed 's/written [0-9T:.-]*Z/written {TIME}/'
