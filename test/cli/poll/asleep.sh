#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a target that fails again and again is asked ever more seldom, and keeps its row
"$NODE" -e 'let asked = 0; const server = require("http").createServer((q, r) => {
    asked++; r.writeHead(500); r.end(); });
server.listen("busy.sock");
process.on("SIGTERM", () => { console.log(asked <= 5 ? "seldom" : asked); process.exit(); })' &
until [ -S busy.sock ]; do sleep 0.05; done
porthole top --count 30 --interval 200ms "unix:$DIR/busy.sock" | grep -c '^x.*http-500'
kill $!
wait $!
