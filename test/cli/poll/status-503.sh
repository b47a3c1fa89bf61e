#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a status other than 2xx
porthole top --once --timeout 2s "127.0.0.1:$BUSY"
