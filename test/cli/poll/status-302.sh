#!/bin/sh
# SPDX-License-Identifier: MIT
#
# redirects are not followed
porthole top --once --timeout 2s "127.0.0.1:$MOVED"
