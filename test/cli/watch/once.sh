#!/bin/sh
# SPDX-License-Identifier: MIT
#
# once
printf 'a:\n  when: sockets.total > 1M\n' > r.yml
porthole watch --once r.yml "127.0.0.1:$GOOD"
