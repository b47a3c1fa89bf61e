#!/bin/sh
# SPDX-License-Identifier: MIT
#
# every refusal is one line that names the target and what to do; no file is left
for port in $TAKEN $STUCK $LOCKED $POOR $PICKY $LOOPED $GOOD $CLOSED $NGINX $TRUNCATED; do
    porthole profile "127.0.0.1:$port" --seconds 100ms --timeout 1s
    echo "$?"
done
ls
