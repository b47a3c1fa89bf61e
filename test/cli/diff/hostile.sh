#!/bin/sh
# SPDX-License-Identifier: MIT
#
# names of constructors cannot drive the terminal
"$NODE" "$HERE/documents.js"
porthole diff before.json evil.json | cat -v
porthole diff before.json evil.json --json | cat -v | cut -c 100-400
