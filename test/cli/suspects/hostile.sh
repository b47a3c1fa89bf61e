#!/bin/sh
# SPDX-License-Identifier: MIT
#
# texts of a target move nothing on the terminal; what is absurd is left out
porthole suspects "127.0.0.1:$EVILLEAK" "localhost:$EVILLEAK"
LC_ALL=C porthole suspects --all "127.0.0.1:$EVILLEAK"
