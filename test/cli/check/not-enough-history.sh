#!/bin/sh
# SPDX-License-Identifier: MIT
#
# growth is not judged by one look
printf 'a:\n  when: sockets.total grows > 1/h\n' > r.yml
porthole check r.yml "127.0.0.1:$GOOD"
