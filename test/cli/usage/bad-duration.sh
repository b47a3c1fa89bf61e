#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a bad duration names itself and shows good ones
for d in abc 0 -1 2x '' 1e3 0x10 ' 2' nan 400d; do
    porthole top --once --timeout "$d" localhost
done
echo "$?"
