#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what is odd and still right: gzip, chunks, an absent type
for t in "$KANGGZIP" "$KANGCHUNKED" "$KANGABSENT"; do
    porthole -h "127.0.0.1:$KANGS,127.0.0.1:$t" lease:l0
    echo "$?"
done
