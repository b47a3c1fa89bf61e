#!/bin/sh
# SPDX-License-Identifier: MIT
#
# json, ndjson and csv
for f in json ndjson csv; do
    porthole -h "127.0.0.1:$KANGS" -f "$f" request:r3
    porthole -h "127.0.0.1:$KANGS" -f "$f" lease:l0
    porthole -h "127.0.0.1:$KANGODD" -f "$f" 17
    porthole -h "127.0.0.1:$KANGODD" -f "$f" nothing
    porthole -h "127.0.0.1:$KANGS" -f "$f" -o state,conn conn:c7
    porthole -h "127.0.0.1:$KANGS" -f "$f" nope
done
