#!/bin/sh
# SPDX-License-Identifier: MIT
#
# control characters stay escaped in JSON
porthole state "127.0.0.1:$HOSTILE" | tr -d '[:print:]' | od -An -c
