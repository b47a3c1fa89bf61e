#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the numbers of two states that differ, with their change per minute
"$NODE" "$HERE/documents.js"
porthole diff state1.json state2.json
