#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a name that is no part of a URL
porthole history "127.0.0.1:$LEAK1" "sockets.by_peer[10.0.0.7:443].count"
