#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the page of one command lists its own options only
porthole help top
