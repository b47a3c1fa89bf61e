#!/bin/sh
# SPDX-License-Identifier: MIT
#
# an unreadable or unfit token file ends the command before it asks anybody
porthole top --once --token-file missing localhost
echo "$?"
porthole top --once --token-file . localhost
echo "$?"
printf 'two words\n' >token
porthole top --once --token-file token localhost
echo "$?"
: >token
porthole state --token-file token localhost
echo "$?"
PORTHOLE_TOKEN='a b' porthole state localhost
echo "$?"
