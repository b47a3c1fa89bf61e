/* SPDX-License-Identifier: MIT */
/* The application's own numbers: counters, gauges, histograms. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { evaluate, get, serve, until } = require('./helper.js');

const PRELUDE = `const { Worker } = require('worker_threads'); const p = require('./addon');
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const until = async (f) => { while (!f()) await pause(20); };
    const metrics = () => p.state()?.metrics ?? {};
    /* What lies in the metrics now is in a tick that begins after this. */
    const settled = async () => { const { tick } = p.state().captured;
        await until(() => p.state().captured.tick > tick + 1); };
    const print = (value) => console.log(JSON.stringify(value));`;

async function printed(code)
{
    const { value, stderr } = await evaluate(`${PRELUDE} (async () => { ${code} })()`);

    assert.strictEqual(stderr, '');
    return value;
}

/* Every line of an exposition as { name, labels, value }; what is no line of one fails. */
function parse(text)
{
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

    return lines.map((line) => {
        const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);

        assert.ok(match !== null, line);
        const inner = match[2] ?? '';
        const labels = [...inner.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/g)];

        assert.strictEqual(labels.map(([all]) => all).join(''), inner, line);
        return { name: match[1], value: Number(match[3]),
            labels: Object.fromEntries(labels.map(([, name, value]) => [name, value])) };
    });
}

test('what_was_counted_before_the_start_is_shown_after_it', async () => {
    const value = await printed(`
        const jobs = p.counter('jobs', 'Jobs.');
        const requests = p.counter('requests', 'R.', { labels: ['method', 'code'] });
        jobs.inc(); jobs.inc(2.5);
        requests.inc({ method: 'GET', code: 200 }, 3);
        requests.labels('PUT', '201').inc();
        requests.labels({ code: 200, method: 'GET' }).inc();
        p.gauge('depth', 'D.').set(-4);
        const wait = p.histogram('wait', 'W.', { buckets: [0.5, 2, Infinity] });
        [0.25, 0.5, 1, 30].forEach((s) => wait.observe(s));
        p.start(); await settled(); print(metrics()); p.close();`);

    assert.deepStrictEqual(value, {
        jobs: 3.5,
        requests: [{ labels: { method: 'GET', code: '200' }, value: 4 },
            { labels: { method: 'PUT', code: '201' }, value: 1 }],
        depth: -4,
        wait: { count: 4, sum: 31.75, buckets: { 0.5: 2, 2: 3, '+Inf': 4 } },
    });
});

test('numbers_survive_close_and_a_later_start', async () => {
    const value = await printed(`
        const jobs = p.counter('jobs', 'Jobs.'); const depth = p.gauge('depth', 'D.');
        const wait = p.histogram('wait', 'W.', { labels: ['a'], buckets: [1] });
        p.start(); jobs.inc(1); depth.set(7); wait.observe({ a: 'x' }, 0.5); p.close();
        jobs.inc(10); wait.observe({ a: 'y' }, 3);
        p.start(); jobs.inc(100); p.close();
        p.start(); await settled(); print(metrics()); p.close();`);

    assert.deepStrictEqual(value, { jobs: 111, depth: 7, wait: [
        { labels: { a: 'x' }, count: 1, sum: 0.5, buckets: { 1: 1, '+Inf': 1 } },
        { labels: { a: 'y' }, count: 1, sum: 3, buckets: { 1: 0, '+Inf': 1 } }] });
});

test('a_blocked_loop_goes_on_counting_for_all_to_see', async (t) => {
    const { child, state, url } = await serve(`${PRELUDE} const jobs = p.counter('jobs', 'J.');
        const turns = p.counter('turns', 'T.', { labels: ['kind'] }).labels('a');
        console.log(p.start().url);
        setTimeout(() => { for (;;) { jobs.inc(); turns.inc(); } }, 100);`);
    t.after(() => child.kill('SIGKILL'));

    const first = await until(state, ({ threads: [main], metrics }) =>
        main?.loop.state === 'blocked' && metrics.jobs > 1000);
    const second = await until(state, ({ metrics }) => metrics.jobs > first.metrics.jobs);
    const samples = parse((await get(`${url}/metrics`)).body);

    assert.strictEqual(second.threads[0].loop.state, 'blocked');
    assert.ok(second.metrics.turns[0].value >= second.metrics.jobs - 1, 'read a moment later');
    assert.ok(samples.find(({ name }) => name === 'jobs_total').value >= second.metrics.jobs);
});

const WORKER = `const p = require('./addon'); const { parentPort } = require('worker_threads');
    p.start(); p.counter('jobs', 'J.').inc(10); p.gauge('depth', 'D.').set(5);
    p.histogram('wait', 'W.', { buckets: [1] }).observe(0.5);
    parentPort.on('message', (what) => {
        if (what === 'again') { p.close(); p.counter('jobs', 'J.').inc(3); p.start(); }
        else process.exit();
    });
    parentPort.postMessage(0);`;

test('threads_add_up_and_a_counter_keeps_what_an_ended_worker_has_counted', async () => {
    const value = await printed(`
        p.start(); p.counter('jobs', 'J.').inc(1); p.gauge('depth', 'D.').set(2);
        p.histogram('wait', 'W.', { buckets: [1] }).observe(3);
        const workers = [1, 2].map(
            () => new Worker(${JSON.stringify(WORKER)}, { eval: true }));
        await until(() => metrics().jobs === 21 && metrics().wait.count === 3);
        const during = metrics();
        workers[0].postMessage('end'); await workers[1].terminate();
        await until(() => p.state().threads.length === 1 && metrics().depth === 2);
        print([during, metrics()]); p.close();`);

    const wait = { count: 3, sum: 4, buckets: { 1: 2, '+Inf': 3 } };
    assert.deepStrictEqual(value,
        [{ jobs: 21, depth: 12, wait }, { jobs: 21, depth: 2, wait }]);
});

test('a_worker_that_leaves_and_comes_back_is_not_counted_twice', async () => {
    const value = await printed(`
        p.start(); p.counter('jobs', 'J.').inc(1);
        const worker = new Worker(${JSON.stringify(WORKER)}, { eval: true });
        await until(() => metrics().jobs === 11);
        for (let i = 1; i <= 3; i++) {
            worker.postMessage('again');
            await until(() => metrics().jobs === 11 + 3 * i);
        }
        await settled(); print(metrics()); await worker.terminate(); p.close();`);

    assert.deepStrictEqual(value,
        { jobs: 20, depth: 5, wait: { count: 1, sum: 0.5, buckets: { 1: 1, '+Inf': 1 } } });
});

test('label_values_of_any_kind_reach_both_formats', async (t) => {
    const hostile = ['', '"', '\\', '\n', 'a\0b', '\ud800', '__proto__', 'ä€😀'];
    const { child, state, url } = await serve(`${PRELUDE}
        const c = p.counter('odd', 'O.', { labels: ['constructor', 'b'] });
        const values = [...${JSON.stringify(hostile)}, 'x'.repeat(1e6)];
        values.forEach((v) => { c.inc({ constructor: v, b: 'b' }); c.labels(v, 'b').inc(); });
        c.inc({ b: Symbol('s') }); c.inc({ constructor: null, b: undefined });
        console.log(p.start().url); setInterval(() => 0, 1000);`);
    t.after(() => child.kill('SIGKILL'));
    const { metrics: { odd } } = await until(state,
        ({ metrics }) => metrics.odd?.length === 11);
    const text = (await get(`${url}/metrics`)).body;

    assert.deepStrictEqual(odd.map(({ labels }) => labels.constructor),
        ['', '"', '\\', '\n', 'a␀b', '\ufffd', '__proto__', 'ä€😀',
            odd[8].labels.constructor, '', 'null']);
    assert.match(odd[8].labels.constructor, /^x+…$/);
    assert.deepStrictEqual(odd.map(({ value }) => value), [...Array(9).fill(2), 1, 1]);
    assert.strictEqual(parse(text).filter(({ name }) => name === 'odd_total').length, 11);
});

test('a_histogram_is_right_in_both_expositions', async (t) => {
    const { child, url } = await serve(`${PRELUDE}
        const h = p.histogram('wait_seconds', 'W.', { labels: ['op'], buckets: [1, 2.5] });
        [0.5, 1, 2, 9].forEach((v) => h.observe({ op: 'get' }, v));
        console.log(p.start().url); setInterval(() => 0, 1000);`);
    t.after(() => child.kill('SIGKILL'));
    const { body } = await until(() => get(`${url}/metrics`),
        ({ body: text }) => text.includes('wait_seconds_count'));
    const samples = parse(body).filter(({ name }) => name.startsWith('wait_seconds'));

    assert.deepStrictEqual(samples.map(({ name, labels, value }) => [name, labels.le, value]), [
        ['wait_seconds_bucket', '1', 2], ['wait_seconds_bucket', '2.5', 3],
        ['wait_seconds_bucket', '+Inf', 4], ['wait_seconds_sum', undefined, 12.5],
        ['wait_seconds_count', undefined, 4],
    ]);
    assert.ok(samples.every(({ labels }) => labels.op === 'get'));
    assert.match(body, /^# TYPE wait_seconds histogram$/m);
});

test('values_that_make_no_sense_are_ignored', async () => {
    const value = await printed(`
        const c = p.counter('c', 'C.'), g = p.gauge('g', 'G.'),
            h = p.histogram('h', 'H.', { buckets: [1] });
        c.inc(1); g.set(1); h.observe(1);
        [NaN, Infinity, -Infinity, '5', null, true, 5n, [1]].forEach((v) => {
            try { c.inc(v); } catch {} try { g.set(v); g.inc(v); g.dec(v); } catch {}
            try { h.observe(v); } catch {} });
        c.inc(-1);
        p.start(); await settled(); print(metrics()); p.close();`);

    assert.deepStrictEqual(value,
        { c: 1, g: value.g, h: { count: 1, sum: 1, buckets: { 1: 1, '+Inf': 1 } } });
    assert.strictEqual(value.g, 1);
});

test('a_gauge_goes_up_and_down_and_timers_measure_seconds', async () => {
    const value = await printed(`
        const g = p.gauge('g', 'G.', { labels: ['a'] });
        g.inc({ a: 'x' }, 5); g.dec({ a: 'x' }); g.labels('x').dec(2); g.set({ a: 'y' }, 1);
        const h = p.histogram('h', 'H.', { labels: ['a', 'b'] });
        const end = h.startTimer({ a: '1' }); const set = g.startTimer({ a: 'z' });
        await pause(100);
        const took = end({ b: '2' }); const also = set();
        p.start(); await settled(); const { g: [x, y, z], h: [one] } = metrics(); p.close();
        print([x.value, y.value, z.labels.a, Math.abs(z.value - also) < 1e-5, one.labels,
            one.count, Math.abs(one.sum - took) < 1e-5, took > 0.09 && took < 5]);`);

    assert.deepStrictEqual(value, [2, 1, 'z', true, { a: '1', b: '2' }, 1, true, true]);
});

test('beyond_a_thousand_series_the_rest_are_counted_together', async () => {
    const value = await printed(`
        const c = p.counter('c', 'C.', { labels: ['id'] });
        p.start();
        for (let i = 0; i < 1500; i++) c.inc({ id: i });
        for (let i = 0; i < 1500; i++) c.inc({ id: i });
        p.close(); const agent = p.start(); await settled();
        const text = await (await fetch(agent.url + '/metrics')).text();
        print([text.match(/^c_total\\{id="\\d+"\\} 2$/mg).length,
            /^c_total\\{id="\\(other\\)"\\} (\\d+)$/m.exec(text)[1],
            metrics().c.length, metrics()['(truncated)']]); p.close();`);

    assert.deepStrictEqual(value,
        [1000, '1000', 100, { c: { shown: 100, total: 1001 } }]);
});

test('the_same_again_is_the_same_metric', async () => {
    const value = await printed(`
        const same = [p.counter('c', 'C.', { labels: ['a'] }) ===
            p.counter('c', 'other', { labels: ['a'] }),
            p.histogram('h', '') === p.histogram('h'), p.gauge('g').name];
        const refused = [() => p.gauge('c', 'C.', { labels: ['a'] }),
            () => p.counter('c', 'C.'), () => p.histogram('h', '', { buckets: [1] })];
        const messages = refused.map((f) => {
            try { f(); } catch (e) { return [e.name, e.code, e.message]; } });
        print([same, messages]);`);

    assert.deepStrictEqual(value[0], [true, true, 'g']);
    assert.deepStrictEqual(value[1].map(([name, code]) => [name, code]),
        Array(3).fill(['RangeError', 'PORTHOLE_METRIC']));
    assert.match(value[1][1][2], /metric 'c' is there already with other labels: a/);
});

const MISTAKES = [
    ["p.counter()", /TypeError: name of a metric/],
    ["p.counter('a-b')", /RangeError: name of a metric .*'a-b'/],
    ["p.counter('a'.repeat(64))", /RangeError: name of a metric/],
    ["p.counter('a', 5)", /TypeError: help of metric 'a'/],
    ["p.counter('a', '', null)", /TypeError: options of metric 'a'/],
    ["p.counter('a', '', { label: [] })", /TypeError: unknown option 'label'/],
    ["p.counter('a', '', { labels: 'x' })", /TypeError: labels of metric 'a'/],
    ["p.counter('a', '', { labels: ['le'] })", /RangeError: .*'le'/],
    ["p.counter('a', '', { labels: ['__x'] })", /RangeError: .*'__x'/],
    ["p.counter('a', '', { labels: ['x', 'x'] })", /RangeError: .*'x' twice/],
    ["p.counter('a', '', { labels: [...'abcdefghi'] })", /RangeError: .*8 labels/],
    ["p.counter('a', '', { buckets: [1] })", /TypeError: .*only a histogram/],
    ["p.histogram('a', '', { buckets: [] })", /RangeError: .*1 .. 64 buckets/],
    ["p.histogram('a', '', { buckets: [2, 1] })", /RangeError: .*growing: 1/],
    ["p.histogram('a', '', { buckets: ['1'] })", /TypeError: buckets of metric 'a'/],
    ["p.histogram('a', '', { buckets: [NaN] })", /RangeError: .*finite/],
    ["p.counter('a').inc({ x: 1 })", /TypeError: metric 'a' has no label 'x'/],
    ["p.counter('b', '', { labels: ['y'] }).labels({ x: 1 })", /TypeError: .* no label 'x'/],
    ["p.counter('b', '', { labels: ['y'] }).labels('1', '2')", /TypeError: .*1 labels, not 2/],
];

test('mistakes_are_named', async () => {
    const value = await printed(`print(${JSON.stringify(MISTAKES.map(([code]) => code))}.map(
        (code) => { try { new Function('p', code)(p); return 'nothing'; }
            catch (error) { return error.name + ': ' + error.message; } }))`);

    MISTAKES.forEach(([code, expected], i) => assert.match(value[i], expected, code));
});

test('a_name_the_agent_refuses_warns_and_harms_nothing', async () => {
    const { value, stderr } = await evaluate(`${PRELUDE}
        p.counter('jobs', 'J.').inc(1); p.gauge('jobs_total', 'J.').set(5); p.start();
        settled().then(() => { print(metrics()); p.close(); });`);

    assert.deepStrictEqual(value, { jobs: 1 });
    assert.match(stderr, /PORTHOLE_METRIC.*cannot show metric 'jobs_total'/);
});

test('without_an_agent_metrics_are_harmless', async () => {
    const { value } = await evaluate(`${PRELUDE}
        process.env.PORTHOLE_DISABLE = '1';
        p.start(); const c = p.counter('c', 'C.', { labels: ['a'] });
        for (let i = 0; i < 3000; i++) c.inc({ a: i });
        print([p.state(), process.memoryUsage().arrayBuffers < 1e6]);`);

    assert.deepStrictEqual(value, [null, true]);
});

test('a_forked_pool_of_workers_that_count_and_end_loses_nothing', async () => {
    const code = `const p = require('./addon'); p.start();
        const c = p.counter('jobs', 'J.', { labels: ['id'] });
        for (let i = 0; i < 1000; i++) c.inc({ id: i % 10 });`;
    const value = await printed(`
        p.start();
        for (let round = 0; round < 3; round++)
            await Promise.all([1, 2, 3].map(() => new Promise((resolve) =>
                new Worker(${JSON.stringify(code)}, { eval: true }).on('exit', resolve))));
        await settled(); print(metrics().jobs.map(({ value }) => value)); p.close();`);

    assert.deepStrictEqual(value, Array(10).fill(900));
});
