#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a process that lives and writes
"$NODE" "$HERE/records.js" "$PORTHOLE_RUN_DIR"
porthole dead "$PORTHOLE_TEST_PID" | sed -n 2p
