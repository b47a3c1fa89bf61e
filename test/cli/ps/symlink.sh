#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a run directory that is a symbolic link is not looked into
"$NODE" "$HERE/records.js" run
ln -s run link
PORTHOLE_RUN_DIR="$DIR/link" porthole ps
