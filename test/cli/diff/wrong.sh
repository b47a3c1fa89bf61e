#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what cannot be compared is told; another pid is a warning
"$NODE" "$HERE/documents.js"
porthole diff before.json state1.json
echo "$?"
porthole diff before.json other-service.json
echo "$?"
porthole diff before.json other-pid.json
echo "$?"
porthole diff after.json before.json
echo "$?"
porthole diff before.json missing.json
echo "$?"
porthole diff before.json
echo "$?"
echo "{}" >empty.json
porthole diff empty.json before.json
echo "$?"
