#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --help behind a command is the same page
porthole help ps >page
porthole ps --help | cmp - page && echo same
