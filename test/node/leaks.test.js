/* SPDX-License-Identifier: MIT */
/*
 * The leaks that people had, and what the command says of them to somebody who has never
 * seen the code.
 */
'use strict';

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { promisify } = require('node:util');
const { ROOT, get, launch, line, until } = require('./helper.js');

const FOREVER = path.join(ROOT, 'test', 'apps', 'forever.js');
const NATIVE = path.join(ROOT, 'test', 'apps', 'native.js');
const MIB = 1 << 20;

async function porthole(...args)
{
    const { stdout } = await promisify(execFile)(path.join(ROOT, 'build', 'porthole'), args,
        { env: { ...process.env, PORTHOLE_NO_LOOKS: '1' } });

    return stdout;
}

async function app(t, script, args)
{
    const child = launch([script, ...args]);
    t.after(() => child.kill('SIGKILL'));

    return JSON.parse(await line(child)).url;
}

function lineOf(mark)
{
    return fs.readFileSync(FOREVER, 'utf8').split('\n')
        .findIndex((text) => text.includes(`// line: ${mark}`)) + 1;
}

test('sockets_and_listeners_that_pile_up_in_one_agent_are_named', async (t) => {
    const url = await app(t, FOREVER, ['--rate', '400', '--ceiling', '20000']);

    await until(() => get(`${url}/state`), ({ body: { threads: [main] } }) =>
        main?.listeners?.top?.[0]?.most_on_one >= 64 && main.http?.agents?.[0]?.sockets >= 8);

    const listeners = await porthole('listeners', url);
    const sockets = await porthole('sockets', url);

    assert.match(listeners, /^\W*Socket\s+error\s+[\d,]+/m, 'class, event, count');
    assert.match(listeners, /forever\.js:\d+/, 'who adds');
    assert.match(sockets, /ForeverAgent.*\s127\.0\.0\.1:\d+\s/, 'agent and origin');
    const traced = await porthole('trace', 'listeners', url, '--seconds', '1');

    assert.match(traced, /Socket error/);
    assert.match(traced, new RegExp(`forever\\.js:${lineOf('listeners')}\\b`), 'the line');
});

test('the_exact_census_agrees_about_who_has_most', async (t) => {
    const url = await app(t, FOREVER, ['--rate', '400', '--ceiling', '20000']);

    await until(() => get(`${url}/state`), ({ body: { threads: [main] } }) =>
        main?.listeners?.top?.[0]?.most_on_one >= 64);
    const exact = JSON.parse(await porthole('listeners', url, '--exact', '--force', '--json'));
    const [{ emitter, event }] = (exact.targets ?? [exact])[0].rows ?? exact.rows;

    assert.deepStrictEqual([emitter, event], ['Socket', 'error']);
});

test('native_memory_that_leaks_shows_beside_a_flat_heap', { timeout: 60000 }, async (t) => {
    const url = await app(t, NATIVE, ['--rate', '200', '--bytes', '65536']);
    const look = async () => {
        const { body: { process: all, threads: [main] } } = await get(`${url}/state`);

        return { malloc: all.malloc_bytes, anonymous: all.rss_anon_bytes,
            heap: main?.heap?.used_bytes, external: main?.heap?.external_bytes };
    };
    const first = await until(look, ({ malloc, heap }) => malloc > 0 && heap > 0);
    const last = await until(look, ({ malloc }) => malloc > first.malloc + 80 * MIB);

    assert.ok(last.anonymous > first.anonymous + 60 * MIB, `${last.anonymous}`);
    /* A young generation of garbage more or less. */
    assert.ok(last.heap < first.heap + 24 * MIB, `${first.heap} ${last.heap}`);
    assert.ok(last.external < first.external + 2 * MIB, `${last.external}`);
});
