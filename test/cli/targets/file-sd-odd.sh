#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what is no target or no label is left out and said, the first with its place
cat >fleet.json <<'END'
[
 {"targets": ["a:1", "b:x", 7, "c d"],
  "labels": {"9lives": "x", "job": 3, "ok": "yes"}}
]
END
porthole targets --json @fleet.json
