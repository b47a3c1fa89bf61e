#!/bin/sh
# SPDX-License-Identifier: MIT
#
# colour on a terminal only, and not where it is not wanted
export TERM=xterm
on_terminal() { script -qec "$1" /dev/null | grep -a native | cat -v; }
on_terminal "porthole heap 127.0.0.1:$COUNTS/step/0"
on_terminal "porthole heap 127.0.0.1:$COUNTS/step/1"
on_terminal "porthole heap --no-color 127.0.0.1:$COUNTS/step/2"
on_terminal "NO_COLOR=1 porthole heap 127.0.0.1:$COUNTS/step/3"
on_terminal "TERM=dumb porthole heap 127.0.0.1:$COUNTS/step/4"
porthole heap "127.0.0.1:$COUNTS/step/5" | grep native
