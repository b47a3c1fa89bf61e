#!/bin/sh
# SPDX-License-Identifier: MIT
#
# targets of the environment
PORTHOLE_SOURCES="127.0.0.1:$COUNTS/empty" porthole handles
