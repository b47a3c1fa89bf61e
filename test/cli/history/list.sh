#!/bin/sh
# SPDX-License-Identifier: MIT
#
# without a series the list of them; a part of several names lists those
porthole history "127.0.0.1:$LEAK1"
porthole history "127.0.0.1:$LEAK1" ockets
