#!/bin/sh
# SPDX-License-Identifier: MIT
#
# 100,000 targets: cut, and said
# shellcheck disable=SC2016 # JavaScript
"$NODE" -e '
const group = (i) => JSON.stringify({ targets: [`h${i}:1`], labels: { n: String(i) } });
console.log(`[${[...Array(100000).keys()].map(group).join(",\n")}]`);
' >fleet.json
porthole targets --json @fleet.json | wc -l
