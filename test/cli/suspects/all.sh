#!/bin/sh
# SPDX-License-Identifier: MIT
#
# everything that is judged, with what speaks against growth
COLUMNS=120 porthole suspects --all "127.0.0.1:$CALM" "127.0.0.1:$LEAK1"
