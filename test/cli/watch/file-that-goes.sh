#!/bin/sh
# SPDX-License-Identifier: MIT
#
# file that goes
printf 'a:\n  when: sockets.total > 1M\n' > r.yml
porthole watch r.yml "127.0.0.1:$GOOD" --interval 100ms &
sleep 1
rm r.yml
kill -HUP $!
sleep 2
kill -TERM $!
wait $!
