#!/bin/sh
# SPDX-License-Identifier: MIT
#
# an object that nobody has, and a target that fails
porthole links instn:008 "127.0.0.1:$KANGLINKS"
echo "$?"
porthole links instn:007 "127.0.0.1:$KANGLINKS,127.0.0.1:$CLOSED"
echo "$?"
porthole links instn:007 "127.0.0.1:$CLOSED"
echo "$?"
porthole links instn "127.0.0.1:$CLOSED"
echo "$?"
porthole links --depth 101 a:b "127.0.0.1:$CLOSED"
echo "$?"
porthole links
echo "$?"
