#!/bin/sh
# SPDX-License-Identifier: MIT
#
# no command: a short help on stderr, exit 2
porthole
