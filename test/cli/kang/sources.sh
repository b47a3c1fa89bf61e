#!/bin/sh
# SPDX-License-Identifier: MIT
#
# KANG_SOURCES counts without -h; a path of its own is asked
KANG_SOURCES="127.0.0.1:$KANGS" porthole lease:l0
KANG_SOURCES="127.0.0.1:$KANGS" porthole lease
porthole -h "http://127.0.0.1:$KANGS/own/path" -l service
PORTHOLE_SOURCES="127.0.0.1:$KANGS" porthole kang lease:l0
