#!/bin/sh
# SPDX-License-Identifier: MIT
#
# again and again, each with what has changed in between
porthole handles --watch 50ms --count 3 "127.0.0.1:$COUNTS/grow/watch"
