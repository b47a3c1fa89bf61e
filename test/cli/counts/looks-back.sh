#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a look of the future is none
porthole gc "127.0.0.1:$COUNTS/step/3" | head -n 1
porthole gc "127.0.0.1:$COUNTS/step/1" | head -n 1
porthole gc "127.0.0.1:$COUNTS/step/2" | head -n 1
