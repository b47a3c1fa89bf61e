#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a path in the target is asked instead of /state
porthole state "http://127.0.0.1:$GOOD/own/path" | cut -c 1-60
porthole state "http://127.0.0.1:$GOOD/other"
