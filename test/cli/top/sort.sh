#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --sort by a title, or by the name of any figure
for column in pid process.rss_bytes; do
    porthole top --once --sort $column --reverse "127.0.0.1:$GOOD" "127.0.0.1:$OTHER"
done
