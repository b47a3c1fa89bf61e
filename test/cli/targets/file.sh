#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a file for file_sd: whole, for all to read, not touched without need
echo a:1 >fleet
porthole targets --once --file out.json @fleet
stat -c '%a' out.json
stat -c %i out.json >before
porthole targets --once --file out.json @fleet
stat -c %i out.json | cmp - before
cat out.json
echo b:2 >fleet
porthole targets --once --file out.json @fleet
cat out.json
porthole targets --once --file out.json "http_sd:127.0.0.1:$LIST_DOWN" || echo "exit $?"
cat out.json
ls
