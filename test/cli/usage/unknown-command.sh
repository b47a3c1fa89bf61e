#!/bin/sh
# SPDX-License-Identifier: MIT
#
# an unknown command names itself and suggests the nearest
porthole tpo
echo "$?"
porthole stats
echo "$?"
porthole xyzzy
echo "$?"
porthole help sate
echo "$?"
