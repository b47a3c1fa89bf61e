#!/bin/sh
# SPDX-License-Identifier: MIT
#
# by the name of its file, also from its own folder
"$NODE" "$HERE/lastwords.js" "$PORTHOLE_RUN_DIR"
porthole dead "$PORTHOLE_RUN_DIR/4000001.porthole" | tail -n 5
cd "$PORTHOLE_RUN_DIR" || exit
porthole dead 4000001.porthole | tail -n 5
