#!/bin/sh
# SPDX-License-Identifier: MIT
#
# no HTTP at all
porthole top --once --timeout 2s "127.0.0.1:$NOHTTP"
