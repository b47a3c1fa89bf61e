#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a document of another kind
porthole top --once --timeout 2s "127.0.0.1:$KANG"
