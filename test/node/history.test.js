/* SPDX-License-Identifier: MIT */
/* The history over HTTP, and from one life of a service to the next. */
'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { evaluate, get, line, runDir, serve, until } = require('./helper.js');

const RESOLUTIONS = ['1s', '15s', '1m', '5m', '20m', '1h', '4h'];

const app = (service) => `
    const agent = require('./addon').start({ service: '${service}' });
    console.log(agent.url);
    process.stdin.resume();
    process.stdin.once('data', () => { agent.close(); console.log('stopped');
        const again = require('./addon').start({ service: '${service}' });
        console.log(again.url); });`;

const fast = { env: { PORTHOLE_TEST_TIME_SCALE: '600' } }; /* ten minutes a second */

function seriesOf(url, name, query = '')
{
    return get(`${url}/history/${encodeURIComponent(name)}${query}`);
}

/* The list, once the process has been looked at. */
function listed(url)
{
    return until(() => get(`${url}/history`), ({ body }) => body.total > 50);
}

/* The points of a resolution, once there are that many. */
async function points(url, name, resolution, n)
{
    const answer = await until(() => seriesOf(url, name, `?resolution=${resolution}`),
        ({ status, body }) => status === 200 && body.points.length >= n);

    return answer.body;
}

/* What had ended before the last look is as it was; what had not may have gone on. */
function assertKept(before, after, unwritten)
{
    const kept = before.slice(1, -unwritten).map((point) => point.slice(1));

    assert.ok(kept.length > 0);
    assert.deepStrictEqual(after.slice(1, 1 + kept.length).map((point) => point.slice(1)),
        kept);
}

async function end(child, signal = 'SIGKILL')
{
    child.kill(signal);
    await once(child, 'close');
}

test('lists_the_series_that_can_grow', async () => {
    const { child, url } = await serve(app('list'));
    const { body } = await listed(url);

    assert.deepStrictEqual(body.resolutions, RESOLUTIONS);
    assert.strictEqual(body.truncated, false);
    assert.strictEqual(body.refused, 0);
    assert.strictEqual(body.total, body.series.length);
    assert.ok(body.memory_bytes > 0 && body.memory_bytes <= 4 << 20);
    const of = (name) => body.series.find(({ series }) => series === name);

    assert.deepStrictEqual({ ...of('heap.used_bytes'), last: 0 },
        { series: 'heap.used_bytes', thread: 0, kind: 'gauge', unit: 'bytes', last: 0 });
    assert.strictEqual(of('process.fds.open').thread, null);
    assert.strictEqual(of('loop.turns').kind, 'counter');
    assert.strictEqual(of('loop.turns').per_second, true);
    for (const none of ['service.pid', 'heap.limit_bytes', 'loop.delay_ms.p99'])
        assert.strictEqual(of(none), undefined, none);
    await end(child);
});

test('shows_a_series_at_every_resolution', async () => {
    const { child, url } = await serve(app('show'), fast);
    const body = await points(url, 'process.rss_bytes', '1m', 5);

    assert.deepStrictEqual({ ...body, points: 0, until: 0 }, { series: 'process.rss_bytes',
        thread: null, kind: 'gauge', unit: 'bytes', resolution: '1m', step_s: 60, until: 0,
        born: null, points: 0 });
    for (const [i, [t, min, mean, max]] of body.points.entries()) {
        assert.strictEqual(t, body.points[0][0] + 60 * i);
        assert.ok(min === null || (min > 1e6 && min <= mean && mean <= max));
    }
    for (const resolution of RESOLUTIONS) {
        const { status, body: one } = await seriesOf(url, 'loop.turns',
            `?thread=0&resolution=${resolution}`);

        assert.strictEqual(status, 200);
        assert.strictEqual(one.resolution, resolution);
        assert.ok(one.points.length <= 300);
    }
    assert.strictEqual((await seriesOf(url, 'loop.turns')).body.resolution, '1m');
    await end(child);
});

test('says_what_is_wrong_with_a_question', async () => {
    const { child, url } = await serve(app('wrong'));

    await listed(url);
    const missing = await seriesOf(url, 'no.such');

    assert.strictEqual(missing.status, 404);
    assert.match(missing.body.error.message, /no series 'no\.such'/);
    assert.strictEqual((await seriesOf(url, 'loop.turns', '?thread=7')).status, 404);
    assert.strictEqual((await seriesOf(url, 'loop.turns', '?thread=x')).status, 400);
    assert.strictEqual((await seriesOf(url, 'loop.turns', '?resolution=2m')).status, 400);
    await end(child);
});

test('can_be_done_without', async () => {
    const { child, url } = await serve(app('without'),
        { env: { PORTHOLE_HISTORY_BYTES: '0' } });
    const { status, body } = await get(`${url}/history`);

    assert.strictEqual(status, 404);
    assert.match(body.error.message, /historyBytes/);
    assert.ok(!fs.existsSync(path.join(runDir, `${child.pid}.history`)));
    await end(child);
});

test('refuses_a_history_without_room', async () => {
    const { value } = await evaluate(`
        try { require('./addon').start({ historyBytes: 5 }); }
        catch (e) { console.log(JSON.stringify(e.code)); }`);

    assert.strictEqual(value, 'PORTHOLE_OPTION');
});

test('a_killed_process_leaves_its_history_to_its_successor', async () => {
    const first = await serve(app('heir'), fast);
    const name = 'process.rss_bytes';

    const before = await points(first.url, name, '5m', 8);
    await end(first.child);
    const second = await serve(app('heir'), fast);
    const body = await points(second.url, name, '5m', 2);
    const born = Date.parse(body.born) / 1000;

    assert.ok(!fs.existsSync(path.join(runDir, `${first.child.pid}.history`)));
    assert.ok(fs.existsSync(path.join(runDir, `${second.child.pid}.history`)));
    assertKept(before.points, body.points, 3); /* a round of writing, in ticks */
    assert.ok(body.points[0][0] < born, `${body.points[0][0]} is before ${body.born}`);
    const other = await serve(app('stranger'), fast);

    assert.strictEqual((await points(other.url, name, '5m', 1)).born, null);
    await end(second.child);
    await end(other.child);
});

test('an_agent_that_is_stopped_and_started_goes_on_as_the_same', async () => {
    const { child, url } = await serve(app('again'), fast);
    const before = await points(url, 'process.rss_bytes', '1m', 3);

    child.stdin.write('x');
    assert.strictEqual(await line(child), 'stopped');
    const again = await line(child);
    const after = await points(again, 'process.rss_bytes', '1m', before.points.length + 1);

    assert.strictEqual(after.born, null, 'it is the same life');
    assert.ok(Math.abs(after.points[0][0] - before.points[0][0]) <= 1);
    assertKept(before.points, after.points, 1);
    await end(child);
});
