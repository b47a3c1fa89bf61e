#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a target that answered once and then hangs delays nobody: its row says that it is awaited
"$NODE" -e 'const http = require("http"); let asked = 0;
http.get("http://127.0.0.1:" + process.env.GOOD + "/state", (from) => { let body = "";
    from.on("data", (part) => { body += part; });
    from.on("end", () => http.createServer((q, r) => { if (asked++ === 0) {
        r.writeHead(200, { "X-Porthole": "0.1.0" }); r.end(body); } }).listen("once.sock")); });
setTimeout(process.exit, 50000)' &
server=$!
until [ -S once.sock ]; do sleep 0.05; done
: > rows
porthole top -f ndjson --interval 1s --timeout 40s "unix:$DIR/once.sock" "127.0.0.1:$OTHER" \
    > rows &
top=$!
until [ "$(grep -c '"state":"fine"' rows)" -ge 7 ]; do sleep 0.1; done
kill "$top" "$server"
grep -q '"up":false,"state":"missing","cause":"waiting"' rows && echo waits
grep -c 'timeout' rows || true
