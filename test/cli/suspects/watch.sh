#!/bin/sh
# SPDX-License-Identifier: MIT
#
# again and again; no screen control
porthole suspects --watch 10ms --count 2 "127.0.0.1:$LEAK2"
