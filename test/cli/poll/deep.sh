#!/bin/sh
# SPDX-License-Identifier: MIT
#
# nesting is refused before it takes stack
porthole top --once --timeout 2s "127.0.0.1:$DEEP"
