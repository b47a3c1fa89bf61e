#!/bin/sh
# SPDX-License-Identifier: MIT
#
# calm
printf 'a:\n  when: sockets.total > 1M\n' > r.yml
porthole check r.yml "127.0.0.1:$GOOD"
