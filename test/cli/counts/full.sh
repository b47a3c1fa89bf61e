#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a standard output that fails is an internal error
porthole handles --watch 20ms "127.0.0.1:$COUNTS/old" >/dev/full
