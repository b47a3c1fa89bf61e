#!/bin/sh
# SPDX-License-Identifier: MIT
#
# labels are carried along; meta labels are not, but for the scheme
cat >fleet.json <<'END'
[{"targets": ["a:1", "b:2", "a:1"], "labels": {"job": "x", "__meta_rack": "7"}},
 {"targets": ["c", "[::1]:4"], "labels": {"__scheme__": "https"}},
 {"targets": ["d:5"], "labels": null}]
END
porthole targets --json @fleet.json
