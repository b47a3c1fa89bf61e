#!/bin/sh
# SPDX-License-Identifier: MIT
#
# without UTF-8
LC_ALL=C porthole trace listeners "127.0.0.1:$COUNTS"
