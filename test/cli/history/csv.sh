#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what can be judged again
porthole history -f csv "127.0.0.1:$LEAK1" heap.used_bytes >x.csv
sed -n "1,3p;40,43p" x.csv
porthole suspects --series x.csv --json | grep -o "\"series\":\"[^\"]*\",\|\"kind\":\"[a-z]*\""
porthole history --json "127.0.0.1:$LEAK1" http.client.started --resolution 4h
porthole history -f csv "127.0.0.1:$LEAK1"
