#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A target that two lists name, or one names twice, is one row.
printf '127.0.0.1:%s\n127.0.0.1:1\n' "$GOOD" > one
printf '[{"targets": ["127.0.0.1:%s", "127.0.0.1:%s"]}]' "$GOOD" "$GOOD" > two
porthole top --once -f csv "127.0.0.1:$GOOD" @one @two "127.0.0.1:$GOOD" > rows ||
  echo "exit $?"
cut -d, -f2 rows
