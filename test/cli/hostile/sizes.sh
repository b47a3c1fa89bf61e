#!/bin/sh
# SPDX-License-Identifier: MIT
#
# agents that lie (hostile.js): in time, small, and never a byte for the terminal
"$NODE" "$HERE/hostile.js" sizes
