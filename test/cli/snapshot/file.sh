#!/bin/sh
# SPDX-License-Identifier: MIT
#
# says the cost first, then streams into the file
porthole snapshot "127.0.0.1:$CAPTURES" -o x.heapsnapshot
ls
wc -c <x.heapsnapshot
