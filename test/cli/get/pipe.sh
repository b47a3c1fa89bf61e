#!/bin/sh
# SPDX-License-Identifier: MIT
#
# into a pipe a body goes as it is
porthole get "127.0.0.1:$LEAKY" | cat -v
