#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a snapshot into a pipe
porthole snapshot "127.0.0.1:$CAPTURES" -o - | wc -c
