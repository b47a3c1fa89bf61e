#!/bin/sh
# SPDX-License-Identifier: MIT
#
# no byte of a target drives the terminal
{
    porthole -h "127.0.0.1:$KANGEVIL" -l evil
    porthole -h "127.0.0.1:$KANGEVIL" -l service
    porthole -h "127.0.0.1:$KANGEVIL" type
    porthole -h "127.0.0.1:$KANGEVIL" nope 2>&1
} >text
LC_ALL=C grep -c "$(printf '\033\|\302[\200-\237]')" text
cat text
