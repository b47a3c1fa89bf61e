#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the connection ends before the answer begins
porthole top --once --timeout 2s "127.0.0.1:$SILENT"
