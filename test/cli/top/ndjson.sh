#!/bin/sh
# SPDX-License-Identifier: MIT
#
# -f ndjson: a line per target and one of totals, each frame
porthole top --count 2 --interval 20ms -f ndjson "127.0.0.1:$GOOD" "127.0.0.1:$OTHER" |
    sed "s/.*\"\(target\|totals\)\":.*/\1/"
