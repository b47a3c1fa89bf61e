#!/bin/sh
# SPDX-License-Identifier: MIT
#
# bad url
printf 'a:\n  when: absent\n  do:\n    - stdout\n    - webhook ftp://x/\n' > r.yml
porthole rules r.yml || echo $?
porthole rules --prometheus r.yml || echo $?
porthole check r.yml "127.0.0.1:$GOOD" || echo $?
porthole watch --once r.yml "127.0.0.1:$GOOD" || echo $?
printf 'a:\n  when: absent\n  do: alertmanager http://me:pw@host/\n' > r.yml
porthole rules r.yml || echo $?
