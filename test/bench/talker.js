/* SPDX-License-Identifier: MIT */
/*
 * What http.js measures end to end: a server that does nothing, and a client that asks one.
 * `porthole` switches porthole on and off, with all that is on by default, or without HTTP.
 *
 *     node test/bench/talker.js '{}'
 */
'use strict';

const http = require('node:http');
const path = require('node:path');
const { obey } = require('./orders.js');

const ADDON = path.join(__dirname, '..', '..', 'addon');

const peer = new http.Agent({ keepAlive: true });
let served = 0;
let asking = null;      /* the url, while there is one */
let agent = null;

function ask()
{
    if (asking === null)
        return;
    http.get(asking, { agent: peer }, (response) => {
        response.on('end', () => {
            served++;
            ask();
        }).resume();
    });
}

const orders = {
    done()
    {
        const { user, system } = process.cpuUsage();

        return { served, cpu_us: user + system };
    },
    porthole(options)
    {
        agent?.close();
        agent = options === null ? null : require(ADDON).start({ port: 0, ...options });
    },
    ask({ url, connections })
    {
        asking = url;
        for (let i = 0; i < connections && url !== null; i++)
            ask();
    },
};

const server = http.createServer((request, response) => {
    served++;
    response.end('ok');
});

server.keepAliveTimeout = 60000;
server.listen(0, '127.0.0.1', () => {
    obey(orders, { url: `http://127.0.0.1:${server.address().port}` });
});
