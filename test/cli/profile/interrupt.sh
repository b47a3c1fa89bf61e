#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Ctrl-C ends the request, and the command by that signal
"$NODE" "$HERE/interrupt.js" profile "127.0.0.1:$HUNG" --seconds 30s -o x
ls
