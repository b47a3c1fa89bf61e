#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what cannot be kept or read is passed over in silence
look() { porthole gc "127.0.0.1:$COUNTS/step/$1" | head -n 1; }
look 0
for file in run/looks/*; do printf '{"schema":1,' >"$file"; done
look 1
for file in run/looks/*; do rm "$file" && ln -s /etc/passwd "$file"; done
look 2
look 3
chmod 755 run/looks
look 4
rm -r run/looks && mkdir elsewhere && ln -s ../elsewhere run/looks
look 5
rm run/looks && touch run/looks
look 6
PORTHOLE_RUN_DIR=/proc/nothing/here look 7
ls elsewhere
