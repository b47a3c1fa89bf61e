#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a transfer that is cut leaves no file
porthole snapshot "127.0.0.1:$CUTSHORT" -o x.heapsnapshot
echo "$?"
ls
