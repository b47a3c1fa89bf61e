/* SPDX-License-Identifier: MIT */
/*
 * What the tests share: child processes with and without porthole, and asking an agent.
 *
 * Children listen on any free port and use a run directory of their own, so that tests
 * neither meet each other nor a porthole of the machine.
 */
'use strict';

const assert = require('node:assert');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const readline = require('node:readline');

const ROOT = path.join(__dirname, '..', '..');
const REGISTER = path.join(ROOT, 'addon', 'register.js');
const PATIENCE_MS = 20000;

const runDir = fs.mkdtempSync('/dev/shm/porthole-test-');
const children = new Set();

process.on('exit', () => {
    for (const child of children)
        child.kill('SIGKILL');
    fs.rmSync(runDir, { recursive: true, force: true });
});

function environment(extra)
{
    const inherited = Object.entries(process.env)
        .filter(([name]) => !/^(PORTHOLE_|NODE_OPTIONS$|NODE_TEST_CONTEXT$)/.test(name));

    return {
        ...Object.fromEntries(inherited),
        PORTHOLE_PORT: '0',
        PORTHOLE_RUN_DIR: runDir,
        PORTHOLE_TICK_MS: '100',
        ...extra,
    };
}

/* A child that hangs is killed, so that its test fails instead of hanging as well. */
function start(args, { env = {}, cwd = ROOT, livesMs = 5 * PATIENCE_MS } = {})
{
    const child = spawn(process.execPath, args, { cwd, env: environment(env) });
    const timer = setTimeout(() => child.kill('SIGKILL'), livesMs).unref();

    children.add(child);
    child.on('close', () => {
        clearTimeout(timer);
        children.delete(child);
    });
    return child;
}

/** Start `node ARGS` in the repository root. `env` is added to a clean environment. */
function launch(args, options)
{
    const child = start(args, options);

    child.lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.text = '';
    child.stderr.setEncoding('utf8').on('data', (text) => child.text += text);
    return child;
}

/** The next line on the child's stdout; fails with its stderr if there is none. */
async function line(child)
{
    const { value, done } = await child.lines.next();

    assert.ok(!done, `child ended without a line: ${child.text}`);
    return value;
}

/** Run `node ARGS` to its end: { code, signal, stdout, stderr }. */
async function run(args, options)
{
    const child = start(args, options);
    const result = { stdout: '', stderr: '' };

    for (const stream of ['stdout', 'stderr'])
        child[stream].setEncoding('utf8').on('data', (text) => result[stream] += text);
    [result.code, result.signal] = await once(child, 'close');
    return result;
}

/** Like run() for code given as text, with JSON on its stdout as `value`. */
async function evaluate(code, options)
{
    const result = await run([...options?.node ?? [], '-e', code], options);

    assert.strictEqual(result.code, 0, result.stderr);
    return { ...result, value: JSON.parse(result.stdout) };
}

/** GET; resolves to { status, headers, body }, the body parsed if it is JSON. */
function get(url)
{
    return new Promise((resolve, reject) => {
        http.get(url, { agent: false, timeout: PATIENCE_MS }, (response) => {
            let text = '';

            response.setEncoding('utf8');
            response.on('data', (part) => text += part);
            response.on('end', () => {
                const json = response.headers['content-type']?.startsWith('application/json');

                resolve({ status: response.statusCode, headers: response.headers,
                    body: json ? JSON.parse(text) : text });
            });
        }).on('error', reject).on('timeout', function late() {
            this.destroy(new Error(`no answer from ${url}`));
        });
    });
}

/** Ask again and again until `accept(answer)` holds; resolves to that answer. */
async function until(ask, accept)
{
    const end = Date.now() + PATIENCE_MS;
    let answer;

    do {
        answer = await ask();
        if (accept(answer))
            return answer;
        await new Promise((resolve) => setTimeout(resolve, 20));
    } while (Date.now() < end);
    assert.fail(`did not come true: ${accept}\nlast: ${JSON.stringify(answer).slice(0, 2000)}`);
}

/** Start code that prints its agent's url first: { child, url, state() }. */
async function serve(code, options)
{
    const child = launch([...options?.node ?? [], '-e', code], options);
    const url = await line(child);

    return { child, url, state: async () => (await get(`${url}/state`)).body };
}

/** Wait until test/apps/stuck.js is blocked by its hanging: starting up may block as well. */
async function stuck(child, url)
{
    const state = async () => (await get(`${url}/state`)).body;

    assert.strictEqual(await line(child), 'stuck');
    const { captured: { tick } } = await state();
    await until(state, (s) => s.captured.tick > tick &&
        s.threads[0]?.loop?.state === 'blocked');
}

module.exports =
    { ROOT, REGISTER, runDir, launch, line, run, evaluate, get, until, serve, stuck };
