#!/bin/sh
# SPDX-License-Identifier: MIT
#
# mistake while it runs
printf 'a:\n  when: sockets.total > 1M\n' > r.yml
porthole watch r.yml "127.0.0.1:$GOOD" --interval 100ms &
sleep 1
printf 'a:\n  when: absnt\n' > r.yml
sleep 2
kill -TERM $!
wait $!
