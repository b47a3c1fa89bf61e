#!/bin/sh
# SPDX-License-Identifier: MIT
#
# no more than 64 looks are kept, and nothing but looks is removed
mkdir -m 700 run/looks
i=0
while [ $i -lt 80 ]; do
    touch -d "2020-01-01 00:00:$((i % 60))" "run/looks/gc-$i.json"
    i=$((i + 1))
done
touch run/looks/notes
touch -d '2020-01-01' run/looks/gc-1.json.77.new
porthole gc "127.0.0.1:$COUNTS/step/0" | head -n 1
find run/looks -name '*.json' | wc -l
porthole gc "127.0.0.1:$COUNTS/step/1" | head -n 1
find run/looks -type f ! -name "*.json" -printf "%f\n"
