#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the first round of --watch compares with the last run
porthole handles "127.0.0.1:$COUNTS/step/0" >/dev/null
porthole handles --watch 10ms --count 2 "127.0.0.1:$COUNTS/grow/watch-first" | grep shop
porthole handles "127.0.0.1:$COUNTS/step/2" | grep shop
