/* SPDX-License-Identifier: MIT */
/*
 * What the tests of alerts share: build/notifier as a child, receivers that behave or do not,
 * and waiting for them.
 */
'use strict';

const assert = require('node:assert');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { ROOT, until } = require('./helper.js');

/**
 * Start build/notifier: { tell(...lines), told(n), end(), stdout, stderr }. told() waits until
 * n lines are delivered or given up. It ends with the test.
 */
function notifier(t, ...args)
{
    const child = spawn(path.join(ROOT, 'build', 'notifier'), args);
    const it = { child, stdout: '', stderr: '' };

    for (const stream of ['stdout', 'stderr'])
        child[stream].setEncoding('utf8').on('data', (text) => it[stream] += text);
    t.after(() => child.kill('SIGKILL'));
    it.tell = (...lines) => child.stdin.write(lines.map((line) => `${line}\n`).join(''));
    it.told = (n) => holds(() => it.stdout.includes(`told ${n}\n`));
    it.end = async () => {
        child.stdin.end();
        [it.code] = child.exitCode === null ? await once(child, 'close') : [child.exitCode];
        return it;
    };
    return it;
}

/** A server of a test's own; answer(request, response, body). `got` are the bodies, parsed. */
async function receiver(t, answer, port = 0)
{
    const got = [];
    const server = http.createServer(async (request, response) => {
        let body = '';

        for await (const part of request.setEncoding('utf8'))
            body += part;
        got.push({ url: request.url, type: request.headers['content-type'],
            json: JSON.parse(body) });
        answer(request, response, body);
    });

    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => { server.closeAllConnections(); server.close(); });
    return { got, server, url: `http://127.0.0.1:${server.address().port}` };
}

/** An answer of that status. */
function status(code)
{
    return (request, response) => { response.statusCode = code; response.end(); };
}

/** Wait until a condition holds. */
async function holds(condition)
{
    await until(() => condition(), (value) => value);
}

/** A folder in memory that goes with the test. */
function folder(t)
{
    const dir = fs.mkdtempSync('/dev/shm/porthole-notify-');

    t.after(() => fs.rmSync(dir, { recursive: true, force: true }));
    return dir;
}

/** A port nobody listens on, for now. */
async function freePort()
{
    const server = http.createServer().listen(0, '127.0.0.1');

    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    await once(server, 'close');
    assert.ok(port > 0);
    return port;
}

module.exports = { notifier, receiver, status, holds, folder, freePort };
