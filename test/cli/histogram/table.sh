#!/bin/sh
# SPDX-License-Identifier: MIT
#
# most numerous first; --top cuts, and says so
porthole histogram "127.0.0.1:$CAPTURES"
porthole histogram "127.0.0.1:$CAPTURES" --top 2
