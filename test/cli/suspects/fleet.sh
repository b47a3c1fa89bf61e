#!/bin/sh
# SPDX-License-Identifier: MIT
#
# worst first, with a sentence each, and what the processes of a service say together
porthole suspects "127.0.0.1:$LEAK1" "127.0.0.1:$LEAK2" "127.0.0.1:$LEAK3" "127.0.0.1:$CALM" \
    "127.0.0.1:$OLDLEAK"
