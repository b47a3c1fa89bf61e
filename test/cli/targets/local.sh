#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a local process is published by its TCP address, with labels that name it
"$NODE" "$HERE/records.js" run
"$NODE" -e "require('net').createServer().listen('run/$PORTHOLE_TEST_PID.sock',
    () => process.exit())"
porthole targets --json
porthole targets "unix:$DIR/run/$PORTHOLE_TEST_PID.sock" --json
