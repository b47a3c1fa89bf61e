#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what there is room for, and what gives way
for columns in 120 50; do
    COLUMNS=$columns porthole listeners --no-looks "127.0.0.1:$COUNTS/step/1"
    COLUMNS=$columns porthole sockets --no-looks "127.0.0.1:$COUNTS/step/1"
done
for c in listeners sockets handles gc heap; do
    porthole $c "127.0.0.1:$COUNTS/step/1"
done | sed 's/…/~/g' | awk 'length > 80 { print "too wide: " $0 }'
