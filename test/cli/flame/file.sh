#!/bin/sh
# SPDX-License-Identifier: MIT
#
# from files of both kinds
porthole profile "127.0.0.1:$CAPTURES" -o a.cpuprofile >/dev/null
porthole profile "127.0.0.1:$CAPTURES" --heap -o b.heapprofile >/dev/null
porthole flame a.cpuprofile -o a.html
porthole flame b.heapprofile -o b.html
ls
