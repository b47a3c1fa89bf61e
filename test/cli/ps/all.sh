#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --all: those that are gone as well; hostile records never
"$NODE" "$HERE/records.js" run
porthole ps --all
