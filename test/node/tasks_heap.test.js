/* SPDX-License-Identifier: MIT */
/* Histogram, heap profile, heap snapshot: what is alive, who made it, and all of it. */
'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const { test } = require('node:test');
const { ask, blocked, look, open, take } = require('./tasks.js');

const ZOO = `class Lion {} class Tiger extends Lion {} const Snow = class {};
    function Bear() {} const vm = require('vm');
    globalThis.zoo = [
        Array.from({ length: 1000 }, () => new Lion()),
        Array.from({ length: 700 }, () => new Tiger()),
        Array.from({ length: 300 }, () => new Snow()),
        Array.from({ length: 200 }, () => new Bear()),
        Array.from({ length: 170 }, () => new (class {})()),
        Array.from({ length: 150 }, () => Object.create(null)),
        Array.from({ length: 130 }, () => () => zoo),
        vm.runInNewContext('class Wolf {} Array.from({ length: 120 }, () => new Wolf())'),
    ];`;

/* [nodes by name, nodes] of a snapshot, for what is an object to JavaScript. */
function tally({ snapshot: { meta, node_count: count }, nodes, strings })
{
    const fields = meta.node_fields;
    const [type, name] = ['type', 'name'].map((field) => fields.indexOf(field));
    const types = meta.node_types[type];
    const found = new Map();

    for (let at = 0; at < nodes.length; at += fields.length) {
        if (types[nodes[at + type]] !== 'object')
            continue;
        const key = strings[nodes[at + name]];

        found.set(key, (found.get(key) ?? 0) + 1);
    }
    return [found, count];
}

/* The prototype of a class counts as an object of the one it extends. */
function assertCount(counts, name, expected)
{
    const count = counts.get(name);

    assert.ok(count === expected || count === expected + 1, `${name} ${count}`);
}

async function histogram(url)
{
    const body = await take(url, '/heap/histogram?top=10000');

    return new Map(body.rows.map(({ constructor: name, count }) => [name, count]));
}

test('a_histogram_counts_what_lives_and_nothing_else', async (t) => {
    const { child, url } = await look(`${ZOO}
        for (let i = 0; i < 1e5; i++) new Lion(); setInterval(() => zoo, 1e6);`);
    t.after(() => child.kill('SIGKILL'));

    const counts = await histogram(url);

    for (const [name, count] of [['Lion', 1000], ['Tiger', 700], ['Snow', 300], ['Bear', 200],
        ['Wolf', 120]])
        assertCount(counts, name, count);
});

test('a_histogram_names_objects_as_a_heap_snapshot_does', async (t) => {
    const { child, url } = await look(`${ZOO} setInterval(() => zoo, 1e6);`);
    t.after(() => child.kill('SIGKILL'));

    const counts = await histogram(url);
    const [nodes] = tally(await take(url, '/heap/snapshot?force'));

    for (const name of ['Lion', 'Tiger', 'Snow', 'Bear', 'Wolf', 'Map', 'Set', 'WeakRef'])
        assert.ok(Math.abs(counts.get(name) - nodes.get(name)) <= 5,
            `${name} ${counts.get(name)} ${nodes.get(name)}`);
});

test('a_histogram_is_taken_in_the_middle_of_an_endless_loop', async (t) => {
    const { child, url } = await look(`${ZOO} setTimeout(() => { for (;;) zoo.length; }, 10);`);
    t.after(() => child.kill('SIGKILL'));
    await blocked(url);

    const counts = await histogram(url);

    assertCount(counts, 'Lion', 1000);
});

test('a_histogram_knows_the_bytes_of_buffers', async (t) => {
    const { child, url } = await look(`
        globalThis.kept = Array.from({ length: 10 }, () => new ArrayBuffer(1e6));
        setInterval(() => {}, 1e6);`);
    t.after(() => child.kill('SIGKILL'));

    const { rows } = await take(url, '/heap/histogram');

    const row = (name) => rows.find((r) => r.constructor === name);
    assert.ok(row('ArrayBuffer').bytes >= 1e7, JSON.stringify(row('ArrayBuffer')));
    assert.strictEqual(row('Object').bytes, null);
});

test('a_histogram_of_too_many_names_puts_the_rest_together', async (t) => {
    const { child, url } = await look(`globalThis.kept = [];
        for (let i = 0; i < 25000; i++)
            kept.push(new (eval('(class C' + i + ' {})'))());
        setInterval(() => kept, 1e6);`);
    t.after(() => child.kill('SIGKILL'));

    const { rows, rows_total: total } = await take(url, '/heap/histogram?top=10000');

    assert.strictEqual(total, 20001);
    assert.ok(rows.find((row) => row.constructor === '(other)').count >= 5000);
});

test('a_histogram_meets_names_that_are_not_text_yet', async (t) => {
    const { child, url } = await look(`globalThis.kept = [];
        const long = 'x'.repeat(500);
        for (let i = 0; i < 500; i++) {
            const made = class {};
            Object.defineProperty(made.prototype, 'constructor', { value: made });
            Object.defineProperty(made, 'name', { value: long + i + long });
            kept.push(new made(), Object.create({ [Symbol.toStringTag]: long + i }));
            kept.push({ constructor: new Proxy(made, {}) }, new Proxy({}, {}));
        }
        setInterval(() => kept, 1e6);`);
    t.after(() => child.kill('SIGKILL'));

    const counts = await histogram(url);

    assert.ok(counts.get('Object') >= 500);
});

function find(node, name)
{
    return node.callFrame.functionName === name ? node
        : node.children.map((child) => find(child, name)).find(Boolean);
}

test('a_heap_profile_names_who_allocates_what_stays', async (t) => {
    const { child, url } = await look(`globalThis.kept = [];
        function hoard() { for (let i = 0; i < 2000; i++) kept.push(new Array(50).fill(i)); }
        function waste() { for (let i = 0; i < 2000; i++) new Array(50).fill(i); }
        setInterval(() => { hoard(); waste(); }, 10);`);
    t.after(() => child.kill('SIGKILL'));

    const { head } = await take(url, '/heap/profile?seconds=1&interval_bytes=16384');

    const size = (node) => node === undefined ? 0
        : node.children.reduce((sum, child) => sum + size(child), node.selfSize);
    assert.ok(size(find(head, 'hoard')) > 1e6, JSON.stringify(head).slice(0, 2000));
    assert.ok(size(find(head, 'waste')) < size(find(head, 'hoard')) / 2);
});

test('a_heap_profile_leaves_the_one_of_somebody_else_alone', async (t) => {
    const { child, url } = await look(`
        const session = new (require('inspector').Session)(); session.connect();
        session.post('HeapProfiler.enable');
        session.post('HeapProfiler.startSampling');
        setTimeout(() => session.post('HeapProfiler.stopSampling',
            (error, result) => console.log(error === null && 'head' in result.profile)), 1500);
        setInterval(() => {}, 1e6);`);
    t.after(() => child.kill('SIGKILL'));

    const { status, body } = await ask(url, '/heap/profile?seconds=0.1');

    assert.strictEqual(status, 503, JSON.stringify(body));
    assert.match(body.error.message, /used by another profiler/);
    assert.strictEqual((await child.lines.next()).value, 'true');
});

test('a_heap_snapshot_of_a_blocked_thread_is_whole', async (t) => {
    const { child, url } = await look(`${ZOO} setTimeout(() => { for (;;) zoo.length; }, 10);`);
    t.after(() => child.kill('SIGKILL'));
    await blocked(url);

    const snapshot = await take(url, '/heap/snapshot?force');

    const [nodes, count] = tally(snapshot);
    assert.strictEqual(snapshot.nodes.length,
        count * snapshot.snapshot.meta.node_fields.length);
    assertCount(nodes, 'Lion', 1000);
});

test('a_heap_snapshot_is_written_while_the_loop_goes_on_changing_the_heap', async (t) => {
    const { child, url } = await look(`${ZOO} let kept = [];
        setInterval(() => { kept = Array.from({ length: 1e4 }, () => ({})); gc(); }, 1);`,
    { node: ['--expose-gc'] });
    t.after(() => child.kill('SIGKILL'));

    for (let i = 0; i < 3; i++) {
        const [nodes] = tally(await take(url, '/heap/snapshot?force'));

        assertCount(nodes, 'Lion', 1000);
    }
});

test('a_heap_snapshot_goes_beside_one_of_the_application', async (t) => {
    const { child, url } = await look(`${ZOO} const v8 = require('v8');
        setInterval(() => v8.getHeapSnapshot().resume(), 200);`);
    t.after(() => child.kill('SIGKILL'));

    const [nodes] = tally(await take(url, '/heap/snapshot?force'));

    assertCount(nodes, 'Lion', 1000);
});

/* Begin to read a snapshot and stop in the middle; resolves to the response. */
async function readSome(url, path)
{
    const response = await new Promise((resolve, reject) => {
        open(url, path, resolve).on('error', reject);
    });

    response.on('error', () => {});
    await once(response, 'readable');
    response.read(1);
    return response;
}

test('a_client_that_leaves_its_snapshot_leaves_nothing_behind', async (t) => {
    const { child, url } = await look(`${ZOO} setInterval(() => {}, 1e6);`);
    t.after(() => child.kill('SIGKILL'));

    (await readSome(url, '/heap/snapshot?force')).destroy();
    let answer;
    do
        answer = await ask(url, '/heap/snapshot?force');
    while (answer.status === 429);

    assert.strictEqual(answer.status, 200, JSON.stringify(answer.body).slice(0, 500));
});

for (const [name, ending, code] of [
    ['calls_process_exit', 'process.exit(7)', 7],
    ['closes_its_agent', "agent.close(); process.stdin.destroy()", 0],
    ['throws', "throw new Error('end')", 1],
]) {
    test(`a_process_that_${name}_during_its_snapshot_ends_as_without`, async () => {
        const { child, url } = await look(`${ZOO}
            process.stdin.on('data', () => { ${ending} });`);
        const ended = once(child, 'close');

        const response = await readSome(url, '/heap/snapshot?force');
        child.stdin.write('end\n');

        assert.deepStrictEqual(await ended, [code, null], child.text);
        response.destroy();
    });
}

test('a_worker_terminated_during_its_snapshot_hurts_nobody', async (t) => {
    const { child, url } = await look(`const { Worker } = require('worker_threads');
        const worker = new Worker(\`require('./addon').start(); ${ZOO}
            require('worker_threads').parentPort.postMessage(0);
            setInterval(() => {}, 1e6)\`, { eval: true });
        worker.on('message', () => console.log('joined'));
        worker.on('exit', () => console.log('gone'));
        process.stdin.on('data', () => worker.terminate());`);
    t.after(() => child.kill('SIGKILL'));
    await child.lines.next();

    const response = await readSome(url, '/heap/snapshot?force&thread=1');
    child.stdin.write('end\n');

    assert.strictEqual((await child.lines.next()).value, 'gone');
    response.destroy();
    await take(url, '/stack');
});
