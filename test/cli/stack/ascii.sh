#!/bin/sh
# SPDX-License-Identifier: MIT
#
# without UTF-8 the rest is escaped
LC_ALL=C porthole stack --thread 1 "127.0.0.1:$STACK_HOSTILE"
