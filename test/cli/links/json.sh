#!/bin/sh
# SPDX-License-Identifier: MIT
#
# as JSON, in one line
porthole links --json instn:007 "127.0.0.1:$KANGLINKS"
