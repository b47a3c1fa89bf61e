#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a suspect counts also if other targets fail; without one the failures do
porthole suspects "127.0.0.1:$LEAK2" "127.0.0.1:$CLOSED" "127.0.0.1:$ODDLEAK"
echo "$?"
porthole suspects "127.0.0.1:$CALM" "127.0.0.1:$CLOSED"
echo "$?"
porthole suspects "127.0.0.1:$CLOSED" "127.0.0.1:$NGINX" "127.0.0.1:$GOOD"
