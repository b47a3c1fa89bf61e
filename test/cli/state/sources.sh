#!/bin/sh
# SPDX-License-Identifier: MIT
#
# PORTHOLE_SOURCES, else KANG_SOURCES, else local processes
PORTHOLE_SOURCES="127.0.0.1:$SPARSE" KANG_SOURCES="127.0.0.1:$CLOSED" porthole state
KANG_SOURCES="127.0.0.1:$SPARSE" porthole state
PORTHOLE_SOURCES=host:x porthole state
echo "$?"
porthole state
