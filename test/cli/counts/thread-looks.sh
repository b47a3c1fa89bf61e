#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a look at one thread remembers the others as well
porthole handles --thread 7 "127.0.0.1:$COUNTS/threads/0" >/dev/null
porthole handles --thread 0 "127.0.0.1:$COUNTS/threads/1"
