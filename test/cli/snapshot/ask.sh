#!/bin/sh
# SPDX-License-Identifier: MIT
#
# on a terminal it asks, and anything but y is no
for answer in y n ""; do
    printf "%s\n" "$answer" |
        script -qec "porthole snapshot 127.0.0.1:$CAPTURES -o x$answer.heapsnapshot" /dev/null |
        tr -d "\r" | sed "s/.*\(take it\)/\1/;/^ *$/d" | tail -n 2
done
script -qec "porthole snapshot --yes 127.0.0.1:$CAPTURES -o yes.heapsnapshot" /dev/null \
    </dev/null |
    grep -c "take it"
ls
