#!/bin/sh
# SPDX-License-Identifier: MIT
#
# no answer: exit 4
porthole get "127.0.0.1:$CLOSED" /metrics
