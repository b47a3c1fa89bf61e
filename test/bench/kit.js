/* SPDX-License-Identifier: MIT */
/*
 * What the benchmarks share: child processes on a given core, questions to them, and the
 * load generator. Children end with this process, also when it is killed: the kernel sees to
 * it (setpriv).
 */
'use strict';

const { execFile, spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const { setTimeout: sleep } = require('node:timers/promises');
const { promisify } = require('node:util');

const ROOT = path.join(__dirname, '..', '..');
const READY_MS = 20000;
const ANSWER_MS = 600000;   /* a snapshot of a large heap takes its time */
const BUSY_MS = 1000;
const LAST_CORE = os.availableParallelism() - 1;

/* What is measured runs on one core, what measures on the other. On a machine with a single
 * core they share it, and the figures say little. */
const SERVER = 0;
const CLIENT = Math.min(1, LAST_CORE);

const runDir = fs.mkdtempSync('/dev/shm/porthole-bench-');
const children = new Set();

process.on('exit', () => {
    for (const child of children)
        child.kill('SIGKILL');
    fs.rmSync(runDir, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => process.exit(1));

function environment()
{
    const inherited = Object.entries(process.env)
        .filter(([name]) => !/^(PORTHOLE_|NODE_OPTIONS$)/.test(name));

    return { ...Object.fromEntries(inherited), PORTHOLE_PORT: '0', PORTHOLE_RUN_DIR: runDir };
}

/* `core` undefined: wherever the kernel likes. */
function onCore(core, argv)
{
    const pin = core === undefined ? [] : ['taskset', '-c', String(core)];

    return ['setpriv', '--pdeathsig', 'KILL', '--', ...pin, ...argv];
}

/** Start a command; its first line of output is JSON and becomes `child.ready`. */
async function start(argv, { core, ipc = false, forward = () => {} } = {})
{
    const [command, ...args] = onCore(core, argv);
    const child = spawn(command, args, { cwd: ROOT, env: environment(),
        stdio: ['ignore', 'pipe', 'inherit', ...ipc ? ['ipc'] : []] });
    const lines = readline.createInterface({ input: child.stdout });

    children.add(child);
    child.on('exit', () => children.delete(child));
    const [line] = await Promise.race([
        once(lines, 'line', { signal: AbortSignal.timeout(READY_MS) }),
        once(child, 'exit').then(() => ['']),
    ]);

    if (line === '')
        throw new Error(`cannot start '${argv.join(' ')}'`);
    child.ready = JSON.parse(line);
    lines.on('line', forward);
    return child;
}

/** Start app.js; `app.ask(what, value)` makes it do something and gives the answer. */
async function startApp(options, { core, node = [], forward, script = 'app.js' } = {})
{
    const argv = [process.execPath, ...node, path.join(__dirname, script),
        JSON.stringify(options)];
    const app = await start(argv, { core, ipc: true, forward });
    let number = 0;

    app.ask = async (what, value) => {
        const id = ++number;

        app.send({ id, what, value });
        for (;;) {
            const signal = AbortSignal.timeout(ANSWER_MS);
            const [answer] = await once(app, 'message', { signal });

            if (answer.id === id)
                return answer.value;
        }
    };
    return app;
}

async function startStock()
{
    return start([process.execPath, path.join(ROOT, 'test', 'apps', 'stock.js')],
        { core: CLIENT });
}

async function stop(child)
{
    if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
    }
}

/** GET; resolves to the body, parsed if it is JSON and not wanted `raw`. */
function get(url, { agent, raw = false } = {})
{
    return new Promise((resolve, reject) => {
        http.get(url, { agent, timeout: READY_MS }, (response) => {
            let text = '';

            response.setEncoding('utf8');
            response.on('data', (part) => text += part);
            response.on('end', () => {
                const { 'content-type': type = '' } = response.headers;

                resolve(type.startsWith('application/json') && !raw ? JSON.parse(text) : text);
            });
        }).on('error', reject);
    });
}

/** Run a command to its end on the client's core; its standard output. */
async function output(argv)
{
    const [command, ...args] = onCore(CLIENT, argv);
    const { stdout } = await promisify(execFile)(command, args, { cwd: ROOT });

    return stdout;
}

/** Requests per second, as wrk sees them. */
async function wrk(url, seconds, connections)
{
    const text = await output(['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, url]);
    const failed = /Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)/.exec(text);

    if (failed !== null)
        throw new Error(`wrk on '${url}': ${failed[0]}`);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]);
}

/** wrk in the background until it is stopped with stop(). */
function load(url, connections)
{
    const [command, ...args] = onCore(CLIENT,
        ['wrk', '-t1', `-c${connections}`, '-d3600s', url]);
    const child = spawn(command, args, { stdio: 'ignore' });

    children.add(child);
    child.on('exit', () => children.delete(child));
    return child;
}

/** Processor time that all threads of a process have used so far. */
function cpuMs(pid)
{
    const spent = fs.readdirSync(`/proc/${pid}/task`).map((thread) => {
        const text = fs.readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');

        return Number(text.split(' ')[0]);
    });

    return spent.reduce((a, b) => a + b, 0) / 1e6;
}

/** Share of the machine that is at work now, 0 .. 1; says it of others when we wait. */
async function machineBusy()
{
    const count = () => os.cpus().map(({ times: { user, nice, sys, irq, idle: still } }) =>
        [still, user + nice + sys + irq + still])
        .reduce(([a, b], [c, d]) => [a + c, b + d]);
    const [idleBefore, allBefore] = count();

    await sleep(BUSY_MS);
    const [idleAfter, allAfter] = count();

    return 1 - (idleAfter - idleBefore) / (allAfter - allBefore);
}

module.exports = {
    ROOT, SERVER, runDir, start, startApp, startStock, stop, get, output, wrk, load, sleep,
    cpuMs, machineBusy,
};
