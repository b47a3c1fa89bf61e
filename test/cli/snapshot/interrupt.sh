#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Ctrl-C in the middle of the stream leaves no file
"$NODE" "$HERE/interrupt.js" snapshot "127.0.0.1:$ENDLESS" -o x.heapsnapshot
ls
