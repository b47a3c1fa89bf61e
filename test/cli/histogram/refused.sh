#!/bin/sh
# SPDX-License-Identifier: MIT
#
# refusals and other documents
for port in $TAKEN $STUCK $CLOSED $CUT $OTHER; do
    porthole histogram "127.0.0.1:$port" --timeout 1s
    echo "$?"
done
