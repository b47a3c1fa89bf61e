#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a target whose answer is awaited keeps no other from being judged, and is not absent
printf 'gone:\n  when: absent\n  misses: 1\n' > r.yml
printf 'many:\n  when: sockets.total > 1\n  misses: 3\n' >> r.yml
: > out
porthole watch r.yml "127.0.0.1:$HUNG" "127.0.0.1:$OTHER" --interval 500ms --timeout 40s > out &
for _ in $(seq 200); do [ -s out ] && break; sleep 0.1; done
kill -TERM $!
wait $! || echo "code $?"
grep -c '"alert":"gone"' out || true
grep -c '"alert":"many"' out || true
