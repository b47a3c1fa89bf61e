#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --json: one document a frame
porthole top --once --json "127.0.0.1:$GOOD" "127.0.0.1:$CLOSED"
