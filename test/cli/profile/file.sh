#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the file is named after the process and holds what the agent sent; the answer is told
porthole profile "127.0.0.1:$CAPTURES" --seconds 1
ls
wc -c < shop-4121-20261120T230657.cpuprofile
