#!/bin/sh
# SPDX-License-Identifier: MIT
#
# no byte of a target drives the terminal, and no line is wider than 80 columns
porthole links plain:a "127.0.0.1:$KANGEVIL" >out
porthole links plain:a --json "127.0.0.1:$KANGEVIL" | LC_ALL=C tr -d '\040-\176\200-\377' |
    od -An -c
cat out
sed 's/…/./' out | awk 'length > 80 { print "wide: " length }'
