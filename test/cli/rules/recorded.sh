#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Rules on what real processes did. What they say was written by the command before it learnt
# to judge a day in half a second, and is not to change for being told faster.
cat > r.yml <<'END'
counts-grow:
  when: metrics.value grows > 20/h over 30m
  for: 10m
  cooldown: 1h
bytes-grow:
  when: metrics.value grows > 200Ki/h over 1h
  for: 15m
bytes-grow-long:
  when: metrics.value grows > 50Ki/h over 4h
high:
  when: metrics.value > 600
  misses: 3
busy:
  when: metrics.load > 0.9
  for: 2m
fast:
  when: metrics.value rate > 400
END
for name in batch cache closure daily idle listener native object socket warmup; do
  sed '1s/.*/seconds,metrics.value,metrics.load/' "$HERE/../corpus/recorded/$name.csv" \
      > $name.csv
  porthole rules test r.yml $name.csv || true
done > told
# no .stdout: there numbers become names of ports
diff "$HERE/rules/recorded.told" told
