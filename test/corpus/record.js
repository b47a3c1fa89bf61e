/* SPDX-License-Identifier: MIT */
/*
 * Records the growing applications for the corpus, in compressed time:
 *
 *     node test/corpus/record.js [--scale N] [--seconds N] [--only NAME]
 *
 * Each of test/apps/growth runs for so many seconds, three at a time; each of its ticks its
 * agent is asked for the number that is meant to grow, or meant not to. Writes
 * test/corpus/recorded/NAME.csv, which are kept in the repository: a run on another machine
 * gives other numbers.
 */
'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const { setInterval: ticks } = require('node:timers/promises');
const { parseArgs } = require('node:util');

const ROOT = path.join(__dirname, '..', '..');
const OUT = path.join(__dirname, 'recorded');
const TICK_MS = 100;
const AT_A_TIME = 3;

/* A day has to pass more than once. */
const SCALE = { daily: 2000 };

const heap = ({ threads: [thread] }) => thread?.heap.used_after_full_gc_bytes;
const top = ({ threads: [thread] }) => thread?.listeners.top;
const SERIES = {
    closure: heap,
    listener: (state) => top(state)?.find(({ event }) => event === 'reload')?.listeners,
    socket: (state) => state.sockets.tcp.established,
    native: (state) => state.process.rss_anon_bytes,
    object: (state) => state.objects.job?.count,
    cache: heap,
    daily: heap,
    warmup: heap,
    batch: heap,
    idle: heap,
};

async function launch(name, scale)
{
    const runDir = fs.mkdtempSync(path.join(os.tmpdir(), 'porthole-record-'));
    const child = spawn(process.execPath, [path.join(ROOT, 'test/apps/growth', `${name}.js`)], {
        env: { ...process.env, PORTHOLE_TEST_TIME_SCALE: `${scale}`,
            PORTHOLE_TICK_MS: `${TICK_MS}`, PORTHOLE_RUN_DIR: runDir },
        stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(readline.createInterface({ input: child.stdout }), 'line');

    child.on('exit', () => fs.rmSync(runDir, { recursive: true, force: true }));
    return { child, url: JSON.parse(line).url };
}

async function ask(url)
{
    return (await fetch(`${url}/state`)).json();
}

/* The number after a full collection stands until the next one, and was seen only once. */
function seen(value, last, name)
{
    return value === undefined || value === null || (SERIES[name] === heap && value === last)
        ? '' : value;
}

async function record(name, scale, seconds)
{
    const { child, url } = await launch(name, scale);
    const began = performance.now();
    const lines = ['seconds,value,load'];
    let last = { finished: 0, at: 0, value: NaN };

    for await (const _ of ticks(TICK_MS)) {
        const state = await ask(url);
        const at = (performance.now() - began) / 1000 * scale;
        const finished = state.threads[0]?.http.server.finished ?? last.finished;
        const value = SERIES[name](state);
        const load = (finished - last.finished) / (at - last.at);

        lines.push(`${at.toFixed(0)},${seen(value, last.value, name)},${load.toFixed(4)}`);
        last = { finished, at, value };
        if (at > seconds * scale)
            break;
    }
    child.kill();
    fs.writeFileSync(path.join(OUT, `${name}.csv`), `${lines.join('\n')}\n`);
    console.log(`${name}: ${lines.length - 1} samples`);
}

async function main()
{
    const { values } = parseArgs({ options: {
        scale: { type: 'string', default: '400' },
        seconds: { type: 'string', default: '80' },
        only: { type: 'string' },
    } });
    const names = Object.keys(SERIES).filter((name) => values.only === undefined ||
        name === values.only);
    const worker = async () => {
        for (let name = names.shift(); name !== undefined; name = names.shift())
            await record(name, SCALE[name] ?? Number(values.scale), Number(values.seconds));
    };

    fs.mkdirSync(OUT, { recursive: true });
    await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

main();
