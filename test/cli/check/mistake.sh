#!/bin/sh
# SPDX-License-Identifier: MIT
#
# mistake
printf 'a:\n  when: sockets.tcp.establishd > 1M\n' > r.yml
porthole check r.yml "127.0.0.1:$GOOD"
