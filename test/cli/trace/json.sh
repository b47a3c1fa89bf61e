#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the document as it came
porthole trace sockets --json "127.0.0.1:$COUNTS"
