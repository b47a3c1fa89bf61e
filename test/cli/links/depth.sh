#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a walk that is cut says so
porthole links --depth 1 chain:1 "127.0.0.1:$KANGCHAIN"
porthole links --depth 2 --json chain:1 "127.0.0.1:$KANGCHAIN"
porthole links --depth 9 chain:5 "127.0.0.1:$KANGCHAIN"
porthole links hub:1 "127.0.0.1:$KANGCHAIN"
