#!/bin/sh
# SPDX-License-Identifier: MIT
#
# each file that cannot be used says why: exit 4
"$NODE" "$HERE/lastwords.js" "$PORTHOLE_RUN_DIR"
mkfifo pipe
for what in 4000003 4000004 4000005 4000007 4000008 4000009 pipe . /dev/null nowhere; do
  porthole dead "$what"; echo "$?"
done
