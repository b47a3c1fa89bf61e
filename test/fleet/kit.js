/* SPDX-License-Identifier: MIT */
/*
 * What the tests with real programs share: a folder, free ports, programs that end with the
 * test whatever becomes of it, and the command.
 */
'use strict';

const assert = require('node:assert');
const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { ROOT } = require('../node/helper.js');

const COMMAND = process.env.PORTHOLE_COMMAND ?? path.join(ROOT, 'build', 'porthole');
const PATIENCE_MS = 45000;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'porthole-fleet-'));
const programs = new Set();

/** End all programs, and remove what they left. */
function sweep()
{
    for (const program of programs)
        program.kill('SIGKILL');
    fs.rmSync(folder, { recursive: true, force: true });
}

process.on('exit', sweep);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => process.exit(1));

/** A port that was free a moment ago. */
async function freePort()
{
    const server = net.createServer().listen(0, '127.0.0.1');

    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    await once(server, 'close');
    return port;
}

/** Write a file into the folder; resolves to its path. */
function file(name, text)
{
    const at = path.join(folder, name);

    fs.writeFileSync(at, text);
    return at;
}

/** Start a program; what it prints is in its `text`. */
function start(command, args, env = {})
{
    const program = spawn(command, args, {
        cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'],
    });

    program.text = '';
    for (const stream of [program.stdout, program.stderr])
        stream.setEncoding('utf8').on('data', (text) => {
            program.text = (program.text + text).slice(-20000);
        });
    programs.add(program);
    program.on('error', (error) => program.text += error).on('close',
        () => programs.delete(program));
    return program;
}

/** Run the command to its end: { status, stdout, stderr }. */
async function porthole(args, env = {})
{
    const child = spawn(COMMAND, args, {
        cwd: folder, env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
    });
    const result = { stdout: '', stderr: '' };

    programs.add(child);
    for (const stream of ['stdout', 'stderr'])
        child[stream].setEncoding('utf8').on('data', (text) => result[stream] += text);
    [result.status] = await once(child, 'close');
    programs.delete(child);
    return result;
}

/** A server of the test's own: { url, port }. */
async function answer(t, handler)
{
    const server = http.createServer(handler).listen(0, '127.0.0.1');

    await once(server, 'listening');
    (t ?? { after() {} }).after(() => server.close());
    server.unref();
    return { url: `http://127.0.0.1:${server.address().port}`, port: server.address().port };
}

/** Ask again and again until `accept(answer)` holds; resolves to that answer. */
async function until(what, ask, accept)
{
    const end = Date.now() + PATIENCE_MS;
    let last;

    do {
        try {
            last = await ask();
            if (accept(last))
                return last;
        } catch (error) {
            last = error;
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
    } while (Date.now() < end);
    assert.fail(`did not come true: ${what}\nlast: ${last?.stack ?? JSON.stringify(last)}`);
}

async function query(url, expr)
{
    const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expr)}`);

    return response.json();
}

/** Whether all of these can be run here. */
function areThere(...commands)
{
    return commands.every((command) => spawnSync(command, ['--version']).error === undefined);
}

module.exports = {
    COMMAND, folder, freePort, file, start, porthole, answer, until, query, areThere, sweep,
};
