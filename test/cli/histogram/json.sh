#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the document, on stdout or in a file for diff
porthole histogram "127.0.0.1:$CAPTURES" --json
porthole histogram "127.0.0.1:$CAPTURES" -o a.json | tail -n 1
porthole histogram "127.0.0.1:$CAPTURES" -o . | tail -n 1
ls
