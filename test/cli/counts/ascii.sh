#!/bin/sh
# SPDX-License-Identifier: MIT
#
# without UTF-8 what is cut ends in '~'
LC_ALL=C porthole listeners "127.0.0.1:$COUNTS/step/1" | grep PoolConn
