#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --group: one row per value of the label, the worst first
porthole top --once --group version "127.0.0.1:$GOOD" "127.0.0.1:$OTHER" "127.0.0.1:$CLOSED"
