#!/bin/sh
# SPDX-License-Identifier: MIT
#
# folded stacks on stdout; the words go to stderr
porthole profile "127.0.0.1:$CAPTURES" --folded -o -
ls
