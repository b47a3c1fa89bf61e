#!/bin/sh
# SPDX-License-Identifier: MIT
#
# nagios
printf 'a:\n  when: absent\n  says: "x|y"\n' > r.yml
printf 'a:\n  when: absent\n  severity: critical\n' > c.yml
printf 'a:\n  when: sockets.total > 1M\n' > n.yml
printf 'a:\n  when: sockets.total > 1\n  severity: info\n' > i.yml
n() { code=0; porthole check --nagios "$@" || code=$?; echo "exit $code"; }
n n.yml "127.0.0.1:$GOOD"
n r.yml "127.0.0.1:$GOOD" 127.0.0.1:1
n c.yml "127.0.0.1:$GOOD" 127.0.0.1:1
n n.yml 127.0.0.1:1
n n.yml "127.0.0.1:$GOOD" 127.0.0.1:1
n i.yml "127.0.0.1:$GOOD" 127.0.0.1:1-5
n n.yml "127.0.0.1:$GOOD" http_sd:http://127.0.0.1:1/
n /dev/null.yml
