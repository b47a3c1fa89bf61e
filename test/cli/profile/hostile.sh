#!/bin/sh
# SPDX-License-Identifier: MIT
#
# names from the target cannot drive the terminal
porthole profile "127.0.0.1:$EVILTREE" --folded -o - 2>&1 | tail -n 4 | cat -v
