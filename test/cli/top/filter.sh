#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --filter LABEL=PATTERN, and a piece of text
porthole top --once --filter "service=mail*" "127.0.0.1:$GOOD" "127.0.0.1:$OTHER"
porthole top --once --filter SHOP "127.0.0.1:$GOOD" "127.0.0.1:$OTHER"
