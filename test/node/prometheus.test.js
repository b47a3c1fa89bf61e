/* SPDX-License-Identifier: MIT */
/* What dashboards, rules and `top --from prometheus=` ask for is there. */
'use strict';

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { before, test } = require('node:test');
const { ROOT, evaluate, get, serve, until } = require('./helper.js');

/* Listeners, collections, requests on both sides, a worker; and prom-client beside it. */
const BUSY = `const p = require('./addon'), http = require('http');
    const { EventEmitter } = require('events'), bus = new EventEmitter();
    process.removeAllListeners('warning'); process.on('warning', () => {});
    for (let i = 0; i < 12; i++) bus.on('x', () => i);
    const server = http.createServer((request, response) => response.end('ok'));
    server.listen(0, '127.0.0.1', () => setInterval(() => http.get(
        { port: server.address().port }, (response) => response.resume()), 50));
    setInterval(() => gc(), 200);
    new (require('worker_threads').Worker)("require('./addon').start();" +
        "setInterval(() => 0, 1000)", { eval: true });
    console.log(p.start({ service: 's"1', component: 'c', version: '1.0' }).url);`;

let text, theirs;

const headsOf = (all) => all.split('\n').filter((line) => /^# (HELP|TYPE) /.test(line));
const samplesOf = (all) => all.split('\n').filter((line) => /^[a-z]/.test(line));

before(async () => {
    const { child, url } = await serve(BUSY, { node: ['--expose-gc'] });
    const parts = ['porthole_http_requests_started_total{side="server"}',
        'nodejs_gc_duration_seconds_count{kind="major"}', 'porthole_heap_after_full_gc_bytes',
        'porthole_tcp_sockets', 'porthole_suspects', 'thread="', '\nporthole_listeners '];
    const everything = (all) => parts.every((part) => all.includes(part));

    ({ body: text } = await until(() => get(`${url}/metrics`), ({ body }) => everything(body)));
    child.kill('SIGKILL');
    ({ value: theirs } = await evaluate(`const client = require('prom-client');
        client.collectDefaultMetrics(); gc(); setTimeout(async () => {
            console.log(JSON.stringify(await client.register.metrics())); process.exit();
        }, 300)`, { node: ['--expose-gc'] }));
});

test('the_families_of_prom_client_are_there_word_by_word', () => {
    const ours = new Set(headsOf(text));
    const wanted = headsOf(theirs).filter((line) => !line.includes('nodejs_active_requests '));

    assert.strictEqual(headsOf(theirs).length, 2 * 31);
    assert.deepStrictEqual(wanted.filter((line) => !ours.has(line)), []);
});

test('their_labels_are_those_of_prom_client', () => {
    /* a name with the names of its labels and the bounds of its buckets */
    const shape = (line) => line.replace(/ \S+$/, '')
        .replace(/(\w+)="([^"]*)"/g, (_, name, value) => name === 'le' ? `le=${value}` : name);
    const shapes = (all) => new Set(samplesOf(all).filter((line) => !/thread="/.test(line))
        .map(shape));
    const ours = shapes(text);

    assert.deepStrictEqual([...shapes(theirs)].filter((one) => !ours.has(one)), []);
});

test('promtool_finds_the_three_faults_of_prom_client_and_no_more', (t) => {
    let said = '';

    try {
        execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    } catch (error) {
        if (error.code === 'ENOENT')
            return t.skip('promtool is not here');
        said = error.stderr;
    }
    assert.deepStrictEqual(said.trim().split('\n').sort(), ['handles', 'requests', 'resources']
        .map((name) => `nodejs_active_${name}_total non-counter metrics should not have ` +
            '"_total" suffix'));
});

test('porthole_info_says_who_it_is', () => {
    assert.match(text, new RegExp('^porthole_info\\{service="s\\\\"1",component="c",' +
        `version="1\\.0",ident="[^"]+",host="[^"]+",node="${process.version}"\\} 1$`, 'm'));
});

test('every_vital_names_metrics_that_are_there', () => {
    const source = fs.readFileSync(path.join(ROOT, 'cli', 'vitals.c'), 'utf8');
    const table = source.slice(source.indexOf('vitals[VITALS]'));
    const names = new Set(table.match(/\b(?:porthole|nodejs|process)_\w+/g));
    const there = new Set(samplesOf(text).map((line) => /^\w+/.exec(line)[0]));

    /* a machine need not have a limit */
    names.delete('porthole_cgroup_memory_limit_bytes');
    assert.ok(names.size > 25);
    assert.deepStrictEqual([...names].filter((name) => !there.has(name)), []);
});

test('every_vital_is_a_query_that_finds_something', () => {
    const source = fs.readFileSync(path.join(ROOT, 'cli', 'vitals.c'), 'utf8');
    const matchers = source.replaceAll('\\"', '"').match(/\w+\{\w+="\w+"\}/g);

    for (const matcher of matchers) {
        const [, name, label] = /(\w+)\{(.*)\}/.exec(matcher);

        assert.ok(samplesOf(text).some((line) => line.startsWith(`${name}{`) &&
            line.includes(label)), matcher);
    }
});
