#!/bin/sh
# SPDX-License-Identifier: MIT
#
# nobody listens
porthole top --once --timeout 2s "127.0.0.1:$CLOSED"
