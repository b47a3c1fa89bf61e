#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a process that lives, but whose agent does not write any more
"$NODE" "$HERE/lastwords.js" "$PORTHOLE_RUN_DIR"
porthole dead "$PORTHOLE_TEST_PID" | head -n 3 | sed 's/written [0-9T:.-]*Z/written {TIME}/'
