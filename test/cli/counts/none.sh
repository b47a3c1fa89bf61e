#!/bin/sh
# SPDX-License-Identifier: MIT
#
# no target, and no local process
porthole sockets
