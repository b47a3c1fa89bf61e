#!/bin/sh
# SPDX-License-Identifier: MIT
#
# ends soon with a receiver that hangs
printf 'a:\n  when: sockets.total > 1\n  do: webhook http://127.0.0.1:%s/\n' "$HUNG" > r.yml
porthole watch r.yml "127.0.0.1:$GOOD" --interval 100ms > out &
for _ in $(seq 100); do [ -s out ] && break; sleep 0.1; done
began=$(date +%s)
kill -TERM $!
wait $! || echo "code $?"
[ $(($(date +%s) - began)) -le 8 ] && echo soon
wc -l < out
