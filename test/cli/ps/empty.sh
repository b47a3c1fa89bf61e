#!/bin/sh
# SPDX-License-Identifier: MIT
#
# no process: the titles, and exit 0
porthole ps
porthole ps --json
PORTHOLE_RUN_DIR="$DIR/missing" porthole ps
