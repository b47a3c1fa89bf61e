#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the verdicts as they came, with their target; and the fleet
porthole suspects --json "127.0.0.1:$LEAK1" "127.0.0.1:$LEAK2"
porthole suspects --json "127.0.0.1:$CALM"
porthole suspects --json "127.0.0.1:$EVILLEAK" |
    "$NODE" -e "JSON.parse(fs.readFileSync(0, \"utf8\"))"
