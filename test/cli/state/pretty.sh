#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --pretty indents
porthole state --pretty "127.0.0.1:$SPARSE"
