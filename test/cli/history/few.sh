#!/bin/sh
# SPDX-License-Identifier: MIT
#
# too few points: which resolution has more
porthole history "127.0.0.1:$LEAK1" http.client.started --resolution 4h
