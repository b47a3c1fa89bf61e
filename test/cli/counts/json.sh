#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the part of the state that the page is made of
for c in listeners sockets handles gc heap; do
    porthole $c --json "127.0.0.1:$COUNTS"
done
porthole sockets --json --pretty "127.0.0.1:$COUNTS/old"
