#!/bin/sh
# SPDX-License-Identifier: MIT
#
# JSON that ends too early
porthole top --once --timeout 2s "127.0.0.1:$CUT"
