#!/bin/sh
# SPDX-License-Identifier: MIT
#
# -f csv: names once, a line per target, texts quoted, as many cells everywhere
porthole top --count 2 --interval 20ms -f csv "127.0.0.1:$GOOD" "127.0.0.1:$CLOSED" >out
cut -d , -f 2-9 out
awk -F , "{ print NF }" out | uniq
