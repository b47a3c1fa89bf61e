#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a heap profile: bytes instead of time
porthole profile --heap "127.0.0.1:$CAPTURES"
ls
