#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the default path is /
porthole get "127.0.0.1:$GOOD"
