#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what grew comes first; new and vanished constructors are marked
"$NODE" "$HERE/documents.js"
porthole diff before.json after.json
porthole diff before.json after.json --top 1
porthole diff before.json after.json --json
