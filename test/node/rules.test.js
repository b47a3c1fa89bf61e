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
        + `${file}:2:9: a process does not capture by this trigger`), stdout);
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
