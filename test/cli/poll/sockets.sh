#!/bin/sh
# SPDX-License-Identifier: MIT
#
# unix sockets: one that answers, one that is not there, one nobody listens on
porthole top --once "unix:$SOCKET" unix:/nowhere.sock
echo "$?"
"$NODE" -e 'require("net").createServer().listen("dead.sock",
    () => process.kill(process.pid, 9))'
porthole top --once "unix:$DIR/dead.sock"
echo "$?"
