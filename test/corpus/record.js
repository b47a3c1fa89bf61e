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
const TICK_MS = 100;
const AT_A_TIME = 3;

const heap = (state) => state.heap?.used_after_full_gc_bytes;
const SERIES = {
    closure: heap,
    listener: (state) => state.listeners?.heavy?.find(({ name }) => name === 'settings')?.listeners,
    socket: (state) => state.sockets?.tcp?.established,
    native: (state) => state.process?.malloc?.in_use_bytes,
    object: (state) => state.objects?.job?.count,
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

module.exports = { SERIES, ask, launch };
