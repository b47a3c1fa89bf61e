#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the file follows its list; a list half written, or gone, changes nothing
await() { # until $1 holds $2
    for _ in $(seq 200); do
        if grep -q "$2" "$1" 2>/dev/null; then return; fi
        sleep 0.1
    done
    echo "no '$2' in $1"
}
echo '[{"targets":["a:1"]}]' >fleet.json
porthole targets --interval 200ms --file out.json @fleet.json 2>log &
await out.json a:1
echo '[{"targets":["b:2"]}]' >new
mv new fleet.json
await out.json b:2
printf '[{"targets":["c:' >fleet.json
await log fleet.json:1:17
: >fleet.json
await log 'is empty'
rm fleet.json
await log 'no such file'
echo '[{"targets":["d:4"]}]' >fleet.json
await out.json d:4
kill $!
wait $! 2>/dev/null || echo "exit $?"
cat out.json log
