#!/bin/sh
# SPDX-License-Identifier: MIT
#
# an agent that was stopped in good order says so
"$NODE" "$HERE/lastwords.js" "$PORTHOLE_RUN_DIR"
porthole dead 4000010 | sed -n 's/2[0-9TZ:.-]*Z/{TIME}/g;2,4p'
