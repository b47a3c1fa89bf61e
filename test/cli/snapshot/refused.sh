#!/bin/sh
# SPDX-License-Identifier: MIT
#
# not without memory, disk or token; --force overrides the first two
for port in $TIGHT $VAST $LOCKED $POOR $TAKEN $CLOSED; do
    porthole snapshot "127.0.0.1:$port" -o x.heapsnapshot 2>&1 |
        sed "s/and [0-9.]*[KMGT] are left/and SOME are left/"
done
porthole snapshot "127.0.0.1:$TIGHT" --force -o tight.heapsnapshot
porthole snapshot "127.0.0.1:$VAST" --force -o vast.heapsnapshot
ls
