#!/bin/sh
# SPDX-License-Identifier: MIT
#
# one side may be a target, asked now
"$NODE" "$HERE/documents.js"
porthole diff before.json "127.0.0.1:$CAPTURES"
porthole diff before.json "127.0.0.1:$CLOSED"
echo "$?"
