#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a target that fails costs only its own objects, and is named
for t in "$HUNG" "$DRIP" "$KANGBUSY" "$KANGMOVED" "$KANGBAD" "$TRUNCATED" "$KANGNOSERVICE" \
    "$CLOSED" "$NGINX" "$DEEP" "$KANGBOMB"; do
    porthole --timeout 1500ms -h "127.0.0.1:$KANGS,127.0.0.1:$t" lease:l0
    echo "$?"
done
