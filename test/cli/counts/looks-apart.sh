#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a look is of one command and one process
porthole gc "127.0.0.1:$COUNTS/step/0" | head -n 1
porthole handles "127.0.0.1:$COUNTS/step/1" | head -n 1
porthole gc "127.0.0.1:$OTHER" | head -n 1
porthole gc "127.0.0.1:$COUNTS/step/1" | head -n 1
