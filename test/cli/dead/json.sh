#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the document itself
"$NODE" "$HERE/lastwords.js" "$PORTHOLE_RUN_DIR"
porthole dead --json --pretty 4000001 | head -n 8
porthole dead --json 4000002 | wc -l
