#!/bin/sh
# SPDX-License-Identifier: MIT
#
# nobody answers: exit 4 and no table
porthole -h "127.0.0.1:$CLOSED" -l conn
