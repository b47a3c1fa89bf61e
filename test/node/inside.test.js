/* SPDX-License-Identifier: MIT */
/* Profiles, histograms, snapshots and last words of processes that do not answer. */
'use strict';

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT, get, launch, line, runDir, stuck, until } = require('./helper.js');

const COMMAND = path.join(ROOT, 'build', 'porthole');
const APP = path.join(ROOT, 'test', 'apps', 'stuck.js');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'porthole-inside-'));

process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));

function porthole(...args)
{
    const env = { ...process.env, PORTHOLE_RUN_DIR: runDir, NO_COLOR: '1' };

    return new Promise((resolve) => {
        execFile(COMMAND, args, { timeout: 90000, env, maxBuffer: 1 << 26 },
            (error, stdout, stderr) => {
                resolve({ code: error ? error.code : 0, stdout, stderr });
            });
    });
}

async function launched(t, args)
{
    const child = launch(args);
    t.after(() => child.kill('SIGKILL'));
    const url = await line(child);

    return { child, url };
}

const isBlocked = ({ body }) => body.threads[0]?.loop?.state === 'blocked';

async function stuckIn(t, way)
{
    const process = await launched(t, [APP, way]);

    await stuck(process.child, process.url);
    return process;
}

/* Share of the samples in which a function was on the stack. */
function share(profile, name)
{
    const parents = new Map();
    const nodes = new Map(profile.nodes.map((node) => [node.id, node]));

    for (const node of profile.nodes)
        for (const child of node.children ?? [])
            parents.set(child, node.id);

    const inside = (id) => id !== undefined &&
        (nodes.get(id).callFrame.functionName === name || inside(parents.get(id)));

    return profile.samples.filter(inside).length / profile.samples.length;
}

for (const [way, name] of [['loop', 'spinForever'], ['calls', 'callForever']]) {
    test(`profiles_a_process_stuck_in_${way}`, async (t) => {
        const { url } = await stuckIn(t, way);
        const file = path.join(scratch, `${way}.cpuprofile`);

        const result = await porthole('profile', '--seconds', '2', '-o', file, url);
        const profile = JSON.parse(fs.readFileSync(file, 'utf8'));

        assert.strictEqual(result.code, 0, result.stderr);
        assert.ok(profile.samples.length > 500, `${profile.samples.length} samples`);
        assert.strictEqual(profile.samples.length, profile.timeDeltas.length);
        assert.ok(share(profile, name) >= 0.9, `${share(profile, name)}`);
        assert.strictEqual(fs.existsSync(`${file}.partial`), false);
    });
}

test('profiles_a_healthy_process_and_says_what_it_cost', async (t) => {
    const { url } = await launched(t, ['-e', `
        console.log(require('./addon').start().url);
        function busyWork() { const end = Date.now() + 5; while (Date.now() < end); }
        setInterval(busyWork, 10);`]);

    const { status, body } = await get(`${url}/profile?seconds=1`);
    const folded = await get(`${url}/profile?seconds=0.5&format=folded`);

    assert.strictEqual(status, 200);
    assert.ok(share(body, 'busyWork') > 0.2, `${share(body, 'busyWork')}`);
    assert.ok(body.porthole.cost.loop_ms > 0);
    assert.match(folded.body, /busyWork \(.*\) [0-9]+\n/);
});

const HOARDER = `
    const agent = require('./addon').start();
    class Hoarded { constructor(i) { this.i = i; } }
    globalThis.hoard = Array.from({ length: 20000 }, (_, i) => new Hoarded(i));
    console.log(agent.url);
    setTimeout(function hang() { for (;;); }, 300);`;

function countByName(snapshot)
{
    const { node_fields: fields, node_types: [types] } = snapshot.snapshot.meta;
    const [type, name] = [fields.indexOf('type'), fields.indexOf('name')];
    const counts = new Map();

    for (let i = 0; i < snapshot.nodes.length; i += fields.length) {
        if (types[snapshot.nodes[i + type]] !== 'object')
            continue;
        const text = snapshot.strings[snapshot.nodes[i + name]];
        counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    return counts;
}

/* The bound: the class itself to 1 %, because nothing of it is made or dropped while the
 * loop hangs; all other constructors with over 200 objects to 10 %. V8 shows functions as
 * closures and Object twice (maps' prototypes are of another type), so these stay out. */
test('snapshot_and_histogram_of_a_blocked_process_agree', async (t) => {
    const { url } = await launched(t, ['-e', HOARDER]);
    await until(() => get(`${url}/state?fields=threads.loop`), isBlocked);
    const file = path.join(scratch, 'blocked.heapsnapshot');
    const pid = (await get(`${url}/state`)).body.service.pid;

    const { body: histogram } = await get(`${url}/heap/histogram?top=10000`);
    const result = await porthole('snapshot', '--force', '--yes', '-o', file, `pid:${pid}`);
    const counts = countByName(JSON.parse(fs.readFileSync(file, 'utf8')));

    assert.strictEqual(result.code, 0, result.stderr);
    const rows = new Map(histogram.rows.map((row) => [row.constructor, row.count]));
    assert.ok(Math.abs(rows.get('Hoarded') - 20000) <= 1, `${rows.get('Hoarded')}`);
    assert.ok(Math.abs(counts.get('Hoarded') - rows.get('Hoarded')) <= 200);
    for (const [name, count] of rows) {
        if (count < 200 || ['Function', 'Object'].includes(name))
            continue;
        assert.ok(Math.abs((counts.get(name) ?? 0) - count) <= 0.1 * count + 2,
            `${name}: histogram ${count}, snapshot ${counts.get(name)}`);
    }
});

test('histograms_can_be_compared', async (t) => {
    const { child, url } = await launched(t, ['-e', `
        console.log(require('./addon').start().url);
        class Grown {}
        globalThis.all = [];
        process.stdin.on('data', () => {
            for (let i = 0; i < 5000; i++)
                all.push(new Grown());
            console.log('grown');
        });`]);
    const [before, after] = ['a.json', 'b.json'].map((name) => path.join(scratch, name));
    const save = async (file) => fs.writeFileSync(file,
        JSON.stringify((await get(`${url}/heap/histogram`)).body));

    await save(before);
    child.stdin.write('x');
    await line(child);
    await save(after);
    const { code, stdout, stderr } = await porthole('diff', before, after);

    assert.strictEqual(code, 0, stderr);
    assert.match(stdout, /Grown/);
    assert.match(stdout, /5,?000/);
});

test('dead_prints_the_last_words_after_kill_9', async (t) => {
    const { child, url } = await launched(t, [APP, 'loop']);
    const state = async () => (await get(`${url}/state`)).body;
    await until(state, (s) => s.threads[0]?.loop?.blocks?.recent[0]?.top
        ?.startsWith('spinForever'));
    const last = await state();

    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
    const human = await porthole('dead', `${last.service.pid}`);
    const { code, stdout, stderr } = await porthole('dead', '--json', `${last.service.pid}`);

    assert.strictEqual(code, 0, stderr);
    const document = JSON.parse(stdout);
    const words = document.state ?? document;
    assert.strictEqual(words.service.pid, last.service.pid);
    assert.ok(words.captured.tick >= last.captured.tick, `${words.captured.tick}`);
    assert.strictEqual(words.threads[0].loop.blocks.last_stack[0].function, 'spinForever');
    assert.match(human.stdout, /spinForever/);
});

test('dead_reads_a_process_that_is_stopped', async (t) => {
    const { child, url } = await launched(t, [APP, 'loop']);
    const { body } = await until(() => get(`${url}/state`), isBlocked);

    child.kill('SIGSTOP');
    const { code, stdout } = await porthole('dead', `${body.service.pid}`);
    child.kill('SIGCONT');

    assert.strictEqual(code, 0);
    assert.match(stdout, /stopped/);
});
