#!/bin/sh
# SPDX-License-Identifier: MIT
#
# no byte of a target drives the terminal, and no line is wider than 80 columns
{
    porthole objects -h "127.0.0.1:$AGENTEVIL" 2>&1
    porthole objects job -h "127.0.0.1:$AGENTEVIL" 2>&1
    porthole objects job:17 -h "127.0.0.1:$AGENTEVIL" 2>&1
} >text
LC_ALL=C grep -c "$(printf '\033\|\302[\200-\237]')" text
cat text
