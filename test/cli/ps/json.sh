#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --json: one document
"$NODE" "$HERE/records.js" run
porthole ps --json
