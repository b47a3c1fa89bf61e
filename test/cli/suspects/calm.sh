#!/bin/sh
# SPDX-License-Identifier: MIT
#
# nothing grows: one line, exit code 0
porthole suspects "127.0.0.1:$CALM"
porthole suspects "127.0.0.1:$CALM" "127.0.0.1:$LEAK3"
