#!/bin/sh
# SPDX-License-Identifier: MIT
#
# into a pipe: one compact line; integers stay integers, reals short
porthole state "127.0.0.1:$GOOD"
