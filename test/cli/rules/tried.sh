#!/bin/sh
# SPDX-License-Identifier: MIT
#
# tried
cat > r.yml <<'END'
grow:
  when: sockets.total grows > 100/h over 10m
  for: 5m
high:
  when: sockets.total > 380
other:
  when: listeners.total > 5
END
awk 'BEGIN { print "seconds,sockets.total"
  for (s = 0; s < 7200; s += 15)
    printf("%d,%d\n", 1700000000 + s,
           (s > 3600) ? 400 : (s > 1800) ? 100 + (s - 1800) / 6 : 100) }' > h.csv
porthole rules test r.yml h.csv
