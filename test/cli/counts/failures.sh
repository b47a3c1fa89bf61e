#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what is no porthole, what is busy, what does not answer
for port in "$NGINX" "$KANG" "$BUSY" "$HUNG" "$BROKEN"; do
    porthole gc --timeout 300ms "127.0.0.1:$port"
    echo "$?"
done
