#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a list from a server, its labels and its errors
for port in $LIST $LIST_CUT $LIST_HTML $LIST_DOWN $CLOSED $HUNG $HUGE; do
    porthole targets --json --timeout 1s "http_sd:http://127.0.0.1:$port/list" || echo "exit $?"
done
porthole targets "http_sd:ftp://x" || echo "exit $?"
porthole targets "http_sd:http://x:1-9" || echo "exit $?"
