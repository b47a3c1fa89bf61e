#!/bin/sh
# SPDX-License-Identifier: MIT
#
# ends by sigterm
printf 'a:\n  when: sockets.total > 1M\n' > r.yml
porthole watch r.yml "127.0.0.1:$GOOD" --interval 100ms &
sleep 1
kill -TERM $!
wait $!
