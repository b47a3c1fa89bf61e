#!/bin/sh
# SPDX-License-Identifier: MIT
#
# rule that goes
printf 'a:\n  when: sockets.total > 1\nb:\n  when: listeners.total > 1\n' > r.yml
: > out
porthole watch r.yml "127.0.0.1:$GOOD" --interval 100ms > out &
for _ in $(seq 100); do [ "$(wc -l < out)" -ge 2 ] && break; sleep 0.1; done
printf 'b:\n  when: listeners.total > 1\n' > new.yml
mv new.yml r.yml
kill -HUP $!
for _ in $(seq 100); do [ "$(wc -l < out)" -ge 3 ] && break; sleep 0.1; done
sleep 0.5
kill -TERM $!
wait $!
"$NODE" -e '
for (const line of require("fs").readFileSync("out", "utf8").trim().split("\n")) {
  const { alert, state, says } = JSON.parse(line);
  console.log(alert, state, says);
}'
