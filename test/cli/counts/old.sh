#!/bin/sh
# SPDX-License-Identifier: MIT
#
# an agent of an older version: what it does not say is '-', never 0
for c in listeners sockets handles gc heap; do
    porthole $c "127.0.0.1:$COUNTS/old"
    echo
done
