#!/bin/sh
# SPDX-License-Identifier: MIT
#
# ranked by what is alive, each with the first frame that is not Node's
porthole trace listeners --seconds 1 "127.0.0.1:$COUNTS"
echo
COLUMNS=120 porthole trace sockets --top 2 "127.0.0.1:$COUNTS"
