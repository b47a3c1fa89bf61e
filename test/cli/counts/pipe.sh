#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a reader that goes away ends --watch quietly
porthole handles --watch 20ms "127.0.0.1:$COUNTS/old" | head -n 1
