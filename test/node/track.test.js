/* SPDX-License-Identifier: MIT */
/* porthole.track(): what is tracked, counted, and shown. */
'use strict';

const assert = require('node:assert');
const { after, test } = require('node:test');
const porthole = require('../../addon');
const { evaluate, line, run, until } = require('./helper.js');
const { ask, blocked, look, take } = require('./tasks.js');

const GC = ['--expose-gc'];

const programs = [];

after(() => programs.forEach(({ child }) => child.kill('SIGKILL')));

/* A program that stays until the tests end and has porthole at hand. */
async function program(code, options)
{
    const first = "const porthole = require('./addon');\nsetInterval(() => {}, 1e6);\n";

    programs.push(await look(first + code, options));
    return programs.at(-1);
}

test('track() says what it tracks, until it is released', () => {
    const tracked = porthole.track('job', 17, {});
    const again = porthole.track('job', 10n ** 30n, {});

    assert.deepStrictEqual([tracked.type, tracked.id, tracked.active], ['job', '17', true]);
    assert.strictEqual(again.id, String(10n ** 30n));
    tracked.release();
    tracked.release();
    again.release();
    assert.strictEqual(tracked.active, false);
    assert.strictEqual(porthole.track('job', 1, () => {}).active, true);
});

test('wrong arguments are refused by name', () => {
    const wrong = [
        [[1, 'a', {}], /'type' must be a string/], [['', 'a', {}], /'type' must be 1 \.\. 127/],
        [['x'.repeat(128), 'a', {}], /'type'/], [['a\0b', 'a', {}], /'type'/],
        [['é'.repeat(64), 'a', {}], /'type'/], [['job', undefined, {}], /'id'/],
        [['job', Symbol('s'), {}], /'id'/], [['job', {}, {}], /'id'/],
        [['job', 'a', null], /'object'/], [['job', 'a', 'text'], /'object'/],
        [['job', 'a', {}, null], /'options'/], [['job', 'a', {}, { depth: 17 }], /'depth'/],
        [['job', 'a', {}, { fields: 'a' }], /'fields'/],
        [['job', 'a', {}, { redact: [1] }], /'redact'/],
        [['job', 'a', {}, { feilds: [] }], /'feilds'/],
    ];

    for (const [args, message] of wrong)
        assert.throws(() => porthole.track(...args), { name: 'TypeError', message });
});

test('without the native half, or disabled, track() is inert', async () => {
    const { value, stderr } = await evaluate(`
        const t = require('./addon').track('job', 1, {});
        t.release();
        console.log(JSON.stringify([t.active, t.type, t.id]));`,
    { env: { PORTHOLE_DISABLE: '1' } });

    assert.deepStrictEqual(value, [false, 'job', '1']);
    assert.strictEqual(stderr, '');
});

test('dropping the last reference to a tracked object lowers its count after the next full ' +
    'GC, without release', async () => {
    const { url } = await program(`
        let objects = Array.from({ length: 50 }, (_, i) => ({ i }));
        objects.forEach((object, i) => porthole.track('job', i, object));
        const kept = objects.slice(0, 20);
        porthole.track('job', 'r', {}).release();
        objects = null;
        setInterval(() => { gc(); globalThis.kept = kept; }, 50);`, { node: GC });
    const { body } = await until(() => ask(url, '/objects'),
        (answer) => answer.body.types?.job?.count === 20);
    const { count, created, released, collected } = body.types.job;

    assert.deepStrictEqual({ count, created, released, collected },
        { count: 20, created: 51, released: 1, collected: 30 });
    assert.strictEqual((await take(url, '/objects/job')).objects.length, 20);
});

/* Without the call V8 would leave the store out of the optimised loop: nobody sees it. */
test('a process in while(true) shows the current value, getters untouched', async () => {
    const { child, url } = await program(`
        const job = { n: 0, get peek() { console.log('getter ran'); return 1; } };
        porthole.track('job', 'busy', job);
        setTimeout(() => { while (true) { job.n++; JSON.parse('{}'); } }, 50);`);

    await blocked(url);
    const first = await take(url, '/objects/job/busy');
    /* On a busy machine both may find the thread at the same instruction. */
    const second = await until(() => take(url, '/objects/job/busy'),
        ({ value }) => value.n > first.value.n);

    assert.deepStrictEqual([first.how, second.how], ['interrupt', 'interrupt']);
    assert.strictEqual(first.value.peek, '[Getter]');
    assert.strictEqual((await take(url, '/objects/job')).objects.length, 1);
    child.kill('SIGKILL');
    assert.ok((await child.lines.next()).done, 'the getter ran');
});

const CROWD = `
    const crowd = Array.from({ length: 100000 },
        (_, i) => ({ i, state: 'idle', name: 'n' + i }));
    for (const one of crowd)
        porthole.track('crowd', one.i, one);`;

test('100,000 objects are read in slices, on a healthy loop and on a blocked one', async () => {
    const { child, url } = await program(`${CROWD}
        process.stdin.once('data', () => { while (true) globalThis.crowd = crowd; });`);
    const check = ({ total, objects, complete }) => {
        assert.deepStrictEqual([total, objects.length, complete], [100000, 100000, true]);
        assert.deepStrictEqual(objects[77777].value,
            { i: 77777, state: 'idle', name: 'n77777' });
    };

    check(await take(url, '/objects/crowd?timeout=30'));
    child.stdin.write('block\n');
    await blocked(url);
    check(await take(url, '/objects/crowd?timeout=30'));
});

test('limit, after, fields and depth choose', async () => {
    const { url } = await program(`${CROWD}
        crowd[5].deep = { deep: { deep: {} } };`);
    const first = await take(url, '/objects/crowd?limit=10&fields=i,deep&depth=2');
    const next = await take(url, `/objects/crowd?limit=1&after=${first.next}`);

    assert.strictEqual(first.objects.length, 10);
    assert.strictEqual(first.truncated, true);
    assert.deepStrictEqual(first.objects[5].value, { i: 5, deep: { deep: '[Object]' } });
    assert.strictEqual(next.objects[0].id, '10');
});

test('options hold for a type, until they are given again', async () => {
    const { url } = await program(`
        globalThis.kept = [{ a: { b: { c: 1 } }, pin: 1, token: 2, z: 3 }, { a: {}, z: 4 }];
        porthole.track('job', 0, kept[0],
            { depth: 1, redact: ['PIN'], fields: ['a', 'pin', 'token'] });
        porthole.track('job', 1, kept[1]);
        porthole.track('open', 0, kept[0], { redact: false });`);

    assert.deepStrictEqual((await take(url, '/objects/job')).objects.map(({ value }) => value),
        [{ a: '[Object]', pin: '[redacted]', token: '[redacted]' }, { a: '[Object]' }]);
    assert.strictEqual((await take(url, '/objects/open/0')).value.token, 2);
});

test('hostile types and ids are shown as they are', async () => {
    const types = ['service', 'stats', 'types', '__proto__', 'constructor', 'a/b', 'x\ny',
        '\u001b[31m'];
    const ids = ['constructor', '', '__proto__', 'x\0y', 'x\ny', '\u001b[2J', '\ud800',
        '😀'.repeat(9)];
    const { url } = await program(`
        globalThis.kept = [];
        const keep = (type, id) => {
            kept.push({ ok: 1 });
            porthole.track(type, id, kept.at(-1));
        };
        for (const type of ${JSON.stringify(types)})
            keep(type, 1);
        for (const id of ${JSON.stringify(ids)})
            keep('job', id);
        for (const n of [36, 37, 507, 508, 509, 511, 512, 1 << 20])
            keep('long', 'x'.repeat(n));
        keep('long', 'é'.repeat(255));
        keep('long', 'é'.repeat(256));
        keep('long', '€'.repeat(1 << 18));`);
    const { body } = await ask(url, '/objects');
    const shown = async (type) =>
        (await take(url, `/objects/${encodeURIComponent(type)}`)).objects;

    assert.strictEqual(Object.keys(body.types).length, types.length + 2 -
        (Object.hasOwn(body.types, '__proto__') ? 0 : 1));
    for (const type of types)
        assert.deepStrictEqual((await shown(type)).map(({ value }) => value),
            [{ ok: 1 }], type);
    assert.deepStrictEqual((await shown('job')).map(({ id }) => id),
        ids.map((id) => id === '\ud800' ? '\ufffd' : id));

    const long = (await shown('long')).map(({ id }) => id);

    assert.deepStrictEqual(long.slice(0, 6).map((id) => id.length),
        [36, 37, 507, 508, 509, 511]);
    assert.ok(long.every((id) => Buffer.byteLength(id) <= 511));
    for (const i of [6, 7, 9, 10])
        assert.ok(long[i].endsWith('…'));
    assert.strictEqual(long[8], 'é'.repeat(255));
});

test('of two live objects with one id the younger is shown', async () => {
    const { url } = await program(`
        globalThis.kept = [{ n: 1 }, { n: 2 }, { n: 3 }];
        porthole.track('job', 'x', {}).release();
        setTimeout(() => {}, 5);
        kept.forEach((object) => porthole.track('job', 'x', object));`);

    assert.strictEqual((await take(url, '/objects/job/x')).value.n, 3);
});

test('workers that track and end leave right counts behind', async () => {
    const { url } = await program(`
        const { Worker } = require('worker_threads');
        globalThis.kept = [{}];
        porthole.track('job', 'main', kept[0]);
        const code = \`
            const porthole = require('./addon');
            globalThis.kept = Array.from({ length: 10 }, (_, i) => ({ i }));
            kept.forEach((object, i) => porthole.track('job', i, object));
            porthole.start();
            kept.forEach((object, i) => porthole.track('job', 'b' + i, object));
            require('worker_threads').parentPort.postMessage('tracked');
            setTimeout(() => HOW, 100);
        \`;
        for (const how of ['process.exit()', '0', 'setInterval(() => {}, 1e6)',
            'porthole.close()']) {
            const worker = new Worker(code.replace('HOW', how), { eval: true });
            worker.on('message', () => setTimeout(() => worker.terminate(), 500));
        }`);
    const { body } = await until(() => ask(url, '/objects'),
        ({ body: { types } }) => types?.job?.created === 81 && types.job.count === 1);

    assert.strictEqual(body.types.job.collected, 80);
});

test('terminated while it tracks, while it is read, and at process.exit(): nothing crashes',
    async () => {
        for (const end of ['worker.terminate()', 'process.exit(0)']) {
            const { code, signal, stderr } = await run(['-e', `
                const porthole = require('./addon');
                const agent = porthole.start();
                const { Worker } = require('worker_threads');
                const worker = new Worker(\`
                    const porthole = require('./addon');
                    porthole.start();
                    const kept = [];
                    for (let i = 0; ; i++) {
                        kept[i % 5000] = { i };
                        porthole.track('job', i, kept[i % 5000]);
                    }\`, { eval: true });
                const http = require('http');
                const flood = setInterval(() => http.get(agent.url + '/objects/job',
                    { agent: false }, (r) => r.resume()).on('error', () => {}), 10);
                setTimeout(async () => {
                    await ${end};
                    clearInterval(flood);
                    agent.close();
                }, 500);`]);

            assert.strictEqual(code, 0, `${end}: ${signal} ${stderr}`);
        }
    });

test('objects of a vm context and of a closed agent are tracked', async () => {
    const { value } = await evaluate(`
        const porthole = require('./addon');
        const vm = require('vm');
        const foreign = vm.runInNewContext(
            'porthole.track("job", 1, object = { a: [1] }); object', { porthole });
        porthole.start({ port: false, runDir: '' }).close();
        const agent = porthole.start({ port: false, runDir: '' });
        const tracked = porthole.track('job', 2, foreign);
        agent.close();
        console.log(JSON.stringify(tracked.active));`);

    assert.strictEqual(value, true);
});

test('a step is asked on the loop, hands over text, and may fail or close', async () => {
    const { url } = await program(`
        const { load } = require('./addon/native.js');
        const { binding } = load(process.platform, process.version);
        binding.attach();
        globalThis.drained = { n: 0 };
        porthole.track('drained', 1, drained);
        binding.setProvider((ask, run, give) => {
            Promise.resolve().then(() => drained.n++);
            if (ask.type === 'boom')
                throw new Error('kaboom');
            if (!ask.wanted || ask.type === 'drained')
                return 0;
            const json = JSON.stringify({ 'a\\0': '\\ud800x\\0', run });
            give('object', 'queue', 'q' + run, json, run + 1);
            if (run === 0)
                give('object', 'queue', 'big', JSON.stringify('x'.repeat(70000)), 1);
            if (run === 3)
                binding.cut('enough');
            return run < 3 ? run + 1 : 0;
        });`);
    const { objects, causes } = await take(url, '/objects/queue');

    assert.deepStrictEqual(objects.map(({ id }) => id), ['q0', 'big', 'q1', 'q2', 'q3']);
    assert.deepStrictEqual(objects[4].value, { 'a\u2400': '\ufffdx\0', run: 3 });
    assert.match(objects[1].value.error, /longer than/);
    assert.strictEqual(causes[0].cause, 'enough');
    assert.match(JSON.stringify((await ask(url, '/objects/boom')).body), /kaboom/);
    assert.ok((await take(url, '/objects/drained/1')).value.n >= 5);
});
