/* SPDX-License-Identifier: MIT */
/* A rule file given to a process: what it captures, and what is said of a mistake in it. */
'use strict';

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT, run, serve, get, until } = require('./helper.js');
const { folder } = require('./notifier.js');

const AGENT = JSON.stringify(path.join(ROOT, 'addon'));
const BLOCKED = 'slow:\n  when: blocked > 300ms\n  do: capture stack\n';
const MISTAKE = 'slow:\n  when: absnt\n  do: capture stack\n';
const ELSEWHERE = 'gone:\n  when: absent\n  do: capture stack\n';
const MISSPELT = 'many:\n  when: handels.total > 5\n  do: capture stack\n';
const MANY = 'many:\n  when: handles.timers > 50\n  cooldown: 1h\n  do: capture histogram\n';
const GROWTH = 'grows:\n  when: metrics.depth grows > 1000/h over 5m\n  for: 30s\n'
    + '  cooldown: 30d\n  do: capture stack\n';

function ruleFile(t, text)
{
    const file = path.join(folder(t), 'r.yml');

    fs.writeFileSync(file, text);
    return file;
}

function started(options)
{
    return `try {
        const porthole = require(${AGENT});
        const agent = porthole.start(${JSON.stringify({ port: 0, ...options })});
        console.log(agent.error === null ? 'runs' : agent.error);
        porthole.close();
    } catch (e) { console.log(e.name + ' ' + e.code + ' ' + e.message); }`;
}

test('a blocked loop is captured by a rule of PORTHOLE_RULES', async (t) => {
    const runDir = folder(t);
    const { child, url } = await serve(`
        const porthole = require(${AGENT}), agent = porthole.start({ port: 0 });
        console.log(agent.url);
        setTimeout(function hog() {
            for (const end = Date.now() + 2000; Date.now() < end;);
        }, 500);
        setInterval(() => {}, 1000);
    `, { env: { PORTHOLE_RULES: ruleFile(t, BLOCKED), PORTHOLE_RUN_DIR: runDir } });
    t.after(() => child.kill('SIGKILL'));
    const kept = () => fs.readdirSync(runDir, { recursive: true })
        .filter((name) => name.endsWith('stack.json'));

    await until(async () => kept(), (names) => names.length > 0);
    const text = fs.readFileSync(path.join(runDir, kept()[0]), 'utf8');
    assert.match(text, /hog/);
    const { body } = await get(`${url}/captures`);
    assert.match(JSON.stringify(body), /slow/);
});

/* Files of one process, by the number of their rule. */
function kept(runDir, child)
{
    return fs.readdirSync(runDir).filter((name) => name.startsWith(`${child.pid}-`)
        && name.endsWith('.json'));
}

async function ruleOf(url)
{
    return (await get(`${url}/captures`)).body.rules[0];
}

test('a threshold takes its evidence once, and cools down', async (t) => {
    const runDir = folder(t);
    const { child, url } = await serve(`
        const porthole = require(${AGENT}), agent = porthole.start({ port: 0 });
        console.log(agent.url);
        let timers = [];
        setInterval(() => { /* up and down, many times */
            timers.forEach(clearTimeout);
            timers = timers.length > 0 ? [] : Array.from({ length: 100 },
                () => setTimeout(() => {}, 1e6));
        }, 500);
    `, { env: { PORTHOLE_RULES: ruleFile(t, MANY), PORTHOLE_RUN_DIR: runDir } });
    t.after(() => child.kill('SIGKILL'));

    await until(async () => kept(runDir, child), (names) => names.length > 0);
    const [name] = kept(runDir, child);
    assert.match(name, /-1-histogram\.json$/);
    assert.ok(JSON.parse(fs.readFileSync(path.join(runDir, name))).rows.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const rule = await ruleOf(url);

    assert.strictEqual(rule.state, 'cooling');
    assert.strictEqual(rule.fired, 1);
    assert.strictEqual(kept(runDir, child).length, 1);
});

test('growth of a figure takes its evidence once, and the lack of it none', async (t) => {
    const runDir = folder(t), file = ruleFile(t, GROWTH);
    const app = (step) => serve(`
        const porthole = require(${AGENT}), agent = porthole.start({ port: 0 });
        console.log(agent.url);
        const depth = porthole.gauge('depth', 'Jobs that wait');
        let n = 1000;
        setInterval(() => depth.set(n += ${step}), 50);
    `, { env: { PORTHOLE_RULES: file, PORTHOLE_RUN_DIR: runDir,
        PORTHOLE_TEST_TIME_SCALE: '60' } });
    const [leaking, steady] = await Promise.all([app('1'), app('n % 2 ? 1 : -1')]);
    t.after(() => [leaking, steady].forEach(({ child }) => child.kill('SIGKILL')));

    assert.strictEqual((await ruleOf(leaking.url)).reason, 'not enough history yet');
    await until(async () => kept(runDir, leaking.child), (names) => names.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 3000));

    assert.strictEqual((await ruleOf(leaking.url)).fired, 1);
    assert.strictEqual(kept(runDir, leaking.child).length, 1);
    await until(async () => (await ruleOf(steady.url)).reason, (reason) => reason === null);
    assert.strictEqual((await ruleOf(steady.url)).fired, 0);
});

test('a figure that there is not is warned of, and the agent runs', async (t) => {
    const file = ruleFile(t, MISSPELT);
    const { stdout, stderr } = await run(['-e', started({})],
        { env: { PORTHOLE_RULES: file } });

    assert.strictEqual(stdout, 'runs\n');
    assert.ok(stderr.includes(`${file}:2:9: no figure is called 'handels.total'; `
        + "is it 'handles.total'?"), stderr);
});

test('a pipe in place of the file is refused, not waited for', async (t) => {
    const file = path.join(folder(t), 'pipe');

    execFileSync('mkfifo', [file]);
    const { stdout } = await run(['-e', started({ rules: file })]);

    assert.match(stdout, /cannot use rule file '.*pipe': Invalid argument/);
});

test('a mistake in the file of the option names file, line and column', async (t) => {
    const file = ruleFile(t, MISTAKE);
    const { stdout } = await run(['-e', started({ rules: file })]);

    assert.strictEqual(stdout, 'RangeError PORTHOLE_OPTION cannot use rule file: '
        + `${file}:2:9: 'absnt' is not a trigger; is it 'absent'?\n`);
});

test('a trigger that a process cannot capture by is named as well', async (t) => {
    const file = ruleFile(t, ELSEWHERE);
    const { stdout } = await run(['-e', started({ rules: file })]);

    assert.ok(stdout.startsWith('RangeError PORTHOLE_OPTION cannot use rule file: '
        + `${file}:2:9: a process cannot see that it is absent; `), stdout);
});

test('a mistake in the file of PORTHOLE_RULES is warned of, and the agent runs', async (t) => {
    const file = ruleFile(t, MISTAKE);
    const { stdout, stderr } = await run(['-e', started({})],
        { env: { PORTHOLE_RULES: file } });

    assert.strictEqual(stdout, 'runs\n');
    assert.ok(stderr.includes(`ignoring environment variable 'PORTHOLE_RULES': `
        + `cannot use rule file: ${file}:2:9: `), stderr);
});

test('a file that is not there is named', async () => {
    const { stdout } = await run(['-e', started({ rules: '/nowhere/r.yml' })]);

    assert.strictEqual(stdout, 'RangeError PORTHOLE_OPTION cannot use rule file '
        + "'/nowhere/r.yml': No such file or directory\n");
});
