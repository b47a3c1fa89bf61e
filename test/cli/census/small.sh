#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a short stop is announced, and the census taken
porthole listeners --exact "127.0.0.1:$COUNTS"
