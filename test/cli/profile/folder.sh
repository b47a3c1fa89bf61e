#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a folder given by -o gets the name of its own
mkdir out
porthole profile "127.0.0.1:$CAPTURES" -o out | head -n 1
ls out
