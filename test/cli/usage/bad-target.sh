#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a bad target names itself and what is wrong with it
for t in host:0 host:99999 host:x host:9-5 host:1-9999 ::1 '[::1' '[x]:1' ftp://h user:pw@host \
    'ho st' -h- 'http://' \
    http://h:1?x unix:relative pid:0 pid:x 'http://h/a b' 'http://h/#f' ','; do
    porthole top --once -- "$t"
done
echo "$?"
