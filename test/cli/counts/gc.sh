#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the page, and what has changed since the look before
porthole gc "127.0.0.1:$COUNTS/step/0"
echo
porthole gc "127.0.0.1:$COUNTS/step/1"
