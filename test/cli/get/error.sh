#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the body of an error is shown, its cause said, exit 3
porthole get "127.0.0.1:$GOOD" /nope
