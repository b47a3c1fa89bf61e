#!/bin/sh
# SPDX-License-Identifier: MIT
#
# several targets, one of them down
porthole handles "127.0.0.1:$COUNTS/step/0,127.0.0.1:$CLOSED,127.0.0.1:$COUNTS/old"
