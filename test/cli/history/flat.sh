#!/bin/sh
# SPDX-License-Identifier: MIT
#
# one value all the time is a line in the middle
porthole history "127.0.0.1:$LEAK1" sockets.tcp.established --resolution 4h
