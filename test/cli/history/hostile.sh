#!/bin/sh
# SPDX-License-Identifier: MIT
#
# texts of a target move nothing on the terminal
porthole history "127.0.0.1:$EVILLEAK"
porthole history "127.0.0.1:$EVILLEAK" x
porthole history "127.0.0.1:$EVILLEAK" x -f csv | head -n 2
