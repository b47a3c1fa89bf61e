#!/bin/sh
# SPDX-License-Identifier: MIT
#
# nobody there: exit 4
porthole stack "127.0.0.1:$CLOSED"
