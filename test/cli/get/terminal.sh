#!/bin/sh
# SPDX-License-Identifier: MIT
#
# on a terminal a body is only text
script -qec "porthole get 127.0.0.1:$LEAKY" /dev/null | cat -v
