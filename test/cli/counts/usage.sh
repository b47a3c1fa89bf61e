#!/bin/sh
# SPDX-License-Identifier: MIT
#
# wrong options name themselves
try() {
    porthole "$@" localhost:1
    echo "$?"
}
try sockets --watch 0
try sockets --watch abc
try sockets --count 2
try sockets --thread 1
try gc --thread x
try gc --exact
try gc --top 0
try gc --json --thread 1
try listeners --force
try listeners --exact --watch 1
try gcs
porthole gc --watch
echo "$?"
