/* SPDX-License-Identifier: MIT */
/* Leaks sockets: connections to a sink in a process of its own that nobody closes. */
'use strict';

const { fork } = require('node:child_process');
const net = require('node:net');
const { begin, dole } = require('./kit.js');

function sink()
{
    const server = net.createServer(() => {});

    server.listen(0, '127.0.0.1', () => process.send(server.address().port));
    process.on('disconnect', () => process.exit());
}

function main()
{
    const due = dole(90);

    fork(__filename, ['sink'], { execArgv: [] }).on('message', (port) => begin('socket', () => {
        for (let n = due(); n > 0; n--)
            net.connect(port, '127.0.0.1').on('error', () => {}); /* LEAK */
    }));
}

if (process.argv[2] === 'sink')
    sink();
else
    main();
