/* SPDX-License-Identifier: MIT */
/*
 * What the growing applications share. Their hours pass PORTHOLE_TEST_TIME_SCALE times as fast
 * as ours, as the agent's history does: what they do in an hour they do in 18 s at 200.
 *
 * Full collections are asked for, each two of their minutes: in so short a life there would be
 * none. Prints one line of JSON when it is ready, { url, pid }, and one for each suspect that
 * its agent tells it of: { series, grade }.
 */
'use strict';

const { fork } = require('node:child_process');
const http = require('node:http');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');
const porthole = require('../../../addon');

const SPEED = Number(process.env.PORTHOLE_TEST_TIME_SCALE) || 1;
const REQUESTS_PER_S = 50; /* of ours, at mean traffic */
const began = performance.now();

/** Hours of the application's life. */
function hours()
{
    return (performance.now() - began) / 3.6e6 * SPEED;
}

/** Do something each so many of the application's hours. */
function each(period, fn)
{
    return setInterval(fn, Math.max(20, period * 3.6e6 / SPEED));
}

/** A function to call with each request, which says how many of `perHour` are due. */
function dole(perHour)
{
    const share = perHour * SPEED / (3600 * REQUESTS_PER_S);
    let due = 0;

    return () => {
        const n = Math.floor(due += share);

        due -= n;
        return n;
    };
}

/** Some bytes of the JavaScript heap. */
function garbage(bytes)
{
    return new Array(bytes / 8).fill(Math.random());
}

/* 0 .. 1, another one each half an hour, and the same ones in each life. */
function mood(n)
{
    return (n * n * 0.618034 + n * 0.414214) % 1;
}

const traffic = {
    flat: () => REQUESTS_PER_S,
    double: () => 2 * traffic.moody(),
    moody: () => REQUESTS_PER_S * (0.4 + 1.2 * mood(9 + Math.floor(hours() * 2))),
    daily: () => REQUESTS_PER_S * (1 + 0.8 * Math.sin(hours() / 24 * 2 * Math.PI)),
};

/* Runs in a process of its own. */
function ask(port, shape)
{
    const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
    let asked = performance.now();
    let due = 0;

    setInterval(() => {
        const now = performance.now();

        due += (now - asked) / 1000 * traffic[shape]();
        for (asked = now; due >= 1; due--)
            http.get({ port, host: '127.0.0.1', agent }, (answer) => answer.resume())
                .on('error', () => {});
    }, 20);
    process.on('disconnect', () => process.exit());
}

/** Start the agent, and customers who call for `onRequest`; without it, nobody comes. */
function begin(service, onRequest, shape = 'flat')
{
    const { url } = porthole.start({ port: 0, service });
    const tell = ({ series, grade }) => console.log(JSON.stringify({ series, grade }));
    const ready = () => console.log(JSON.stringify({ url, pid: process.pid }));

    porthole.on('suspect', tell);
    setFlagsFromString('--expose-gc');
    each(1 / 30, runInNewContext('gc'));
    if (onRequest === undefined)
        return ready();
    const server = http.createServer((request, response) => {
        onRequest();
        response.end('ok');
    });

    server.listen(0, '127.0.0.1', () => {
        fork(__filename, [String(server.address().port), shape], { execArgv: [] });
        ready();
    });
}

module.exports = { begin, dole, each, garbage, hours };

if (require.main === module)
    ask(Number(process.argv[2]), process.argv[3]);
