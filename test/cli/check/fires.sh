#!/bin/sh
# SPDX-License-Identifier: MIT
#
# fires
cat > r.yml <<'END'
some-sockets:
  when: sockets.total > 1
  severity: info
  says: "{service} on {target}: {says}"
gone:
  when: absent
  severity: critical
none:
  when: sockets.total > 1M
  for: 10m
END
porthole check r.yml "127.0.0.1:$GOOD" 127.0.0.1:1
