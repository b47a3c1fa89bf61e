/* SPDX-License-Identifier: MIT */
/* A real Alertmanager, told by cli/notify.c: people hear of an alert once, and of its end. */
'use strict';

const assert = require('node:assert');
const { execFileSync, spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT, serve } = require('./helper.js');
const { notifier, receiver, status, holds, folder, freePort } = require('./notifier.js');

const TARGET = '10.0.0.7:9090';
const RESEND_S = '0.5';

function isReady(port)
{
    return new Promise((resolve) => {
        http.get({ port, path: '/-/ready', agent: false }, (response) => {
            response.resume();
            resolve(response.statusCode === 200);
        }).on('error', () => resolve(false));
    });
}

/* Who is told by Alertmanager, and Alertmanager itself, which may be ended and begun anew. */
async function alertmanager(t)
{
    const people = await receiver(t, status(200));
    const dir = folder(t);
    const port = await freePort();
    const it = { url: `http://127.0.0.1:${port}`, people };
    let child;

    fs.writeFileSync(path.join(dir, 'am.yml'), `
route: { receiver: people, group_by: [alertname, instance], group_wait: 0s,
         group_interval: 1s, repeat_interval: 1h }
receivers: [ { name: people, webhook_configs: [ { url: "${people.url}/hook" } ] } ]
`);
    it.start = async () => {
        child = spawn('prometheus-alertmanager', [`--config.file=${dir}/am.yml`,
            `--storage.path=${dir}`, `--web.listen-address=127.0.0.1:${port}`,
            '--cluster.listen-address='], { stdio: 'ignore' });
        await holds(() => isReady(port));
    };
    it.stop = async () => {
        child.kill('SIGTERM');
        await once(child, 'close');
    };
    t.after(() => child?.kill('SIGKILL'));
    return it;
}

function statesOf(people)
{
    return people.got.map(({ json }) => json.status);
}

/* So many rounds of re-sending that an alert told twice would be seen. */
function rounds(n)
{
    return new Promise((resolve) => setTimeout(resolve, 1000 * RESEND_S * n));
}

test('an alert and its resolution are told exactly once each', async (t) => {
    const am = await alertmanager(t);
    await am.start();
    const it = notifier(t, '-r', RESEND_S, `alertmanager ${am.url}`);

    it.tell(`fire ${TARGET}`);
    await holds(() => am.people.got.length > 0);
    await rounds(12);
    it.tell(`resolve ${TARGET}`);
    await holds(() => am.people.got.length > 1);
    await rounds(6);
    await it.end();

    assert.deepStrictEqual(statesOf(am.people), ['firing', 'resolved']);
    assert.strictEqual(it.stderr, '');
    const [alert] = am.people.got[1].json.alerts;
    assert.deepStrictEqual(alert.labels, { alertname: 'sockets-grow', instance: TARGET,
        service: 'shop', severity: 'warning' });
    assert.deepStrictEqual(alert.annotations, { figure: 'sockets.total',
        summary: `sockets of ${TARGET}: \\x1b[31mfine again`, value: '12.5' });
    assert.strictEqual(alert.generatorURL, `http://${TARGET}/state`);
});

test('amtool sees what fires, for as long as it is said again', async (t) => {
    const am = await alertmanager(t);
    const list = () => JSON.parse(execFileSync('amtool',
        ['alert', '-o', 'json', `--alertmanager.url=${am.url}`]));
    await am.start();
    const it = notifier(t, '-r', RESEND_S, '-a', am.url);

    it.tell(`fire ${TARGET}`);
    await holds(() => list().length === 1);
    await rounds(5);
    const startsAt = list()[0].startsAt;
    await rounds(5);
    assert.strictEqual(list()[0].startsAt, startsAt);
    await it.end();

    await holds(() => list().length === 0);
});

test('an Alertmanager that is started again in between makes no difference', async (t) => {
    const am = await alertmanager(t);
    await am.start();
    const it = notifier(t, '-r', RESEND_S, `alertmanager ${am.url}`);

    it.tell(`fire ${TARGET}`);
    await holds(() => am.people.got.length > 0);
    await rounds(5);
    await am.stop();
    await rounds(5);
    await am.start();
    await rounds(12);
    it.tell(`resolve ${TARGET}`);
    await holds(() => am.people.got.length > 1);
    await rounds(6);
    await it.end();

    assert.deepStrictEqual(statesOf(am.people), ['firing', 'resolved']);
    assert.match(it.stderr, /^porthole: cannot tell '.*' of alerts: \S+; trying again\n/);
    assert.match(it.stderr, /porthole: '.*' takes alerts again\n$/);
});

test('an Alertmanager that is down at first hears of it later', async (t) => {
    const am = await alertmanager(t);
    const it = notifier(t, '-r', RESEND_S, `alertmanager ${am.url}`);

    it.tell(`fire ${TARGET}`);
    await holds(() => /refused; trying again/.test(it.stderr));
    await rounds(5);
    await am.start();
    await holds(() => am.people.got.length > 0);
    it.tell(`resolve ${TARGET}`);
    await holds(() => am.people.got.length > 1);
    await rounds(6);
    await it.end();

    assert.deepStrictEqual(statesOf(am.people), ['firing', 'resolved']);
    assert.strictEqual(it.stderr.match(/refused/g).length, 1);
});

test('a thousand alerts arrive, and a thousand resolutions', async (t) => {
    const am = await alertmanager(t);
    const targets = Array.from({ length: 1000 }, (_, i) => `10.0.${i >> 8}.${i & 255}:9090`);
    const told = (state) => new Set(am.people.got.filter(({ json }) => json.status === state)
        .map(({ json }) => json.alerts[0].labels.instance)).size;
    await am.start();
    const it = notifier(t, '-r', '2', `alertmanager ${am.url}`);

    it.tell(...targets.map((target) => `fire ${target}`));
    await holds(() => told('firing') === 1000);
    it.tell(...targets.map((target) => `resolve ${target}`));
    await holds(() => told('resolved') === 1000);
    await it.end();

    assert.strictEqual(am.people.got.length, 2000);
    assert.strictEqual(it.stderr, '');
});

test('porthole watch tells of a process once, and of the end of it', async (t) => {
    const am = await alertmanager(t);
    const file = path.join(folder(t), 'r.yml');
    await am.start();
    const { child, url } = await serve(`
        const agent = require(${JSON.stringify(path.join(ROOT, 'addon'))});
        const depth = agent.gauge('depth');
        console.log(agent.start({ port: 0, service: 'shop' }).url);
        process.stdin.setEncoding('utf8').on('data', (text) => depth.set(Number(text)));
        depth.set(1);
    `);
    t.after(() => child.kill('SIGKILL'));
    fs.writeFileSync(file, `deep:\n  when: metrics.depth > 5\n  do: alertmanager ${am.url}\n`);
    const watch = spawn(path.join(ROOT, 'build', 'porthole'),
        ['watch', file, url.replace('http://', ''), '--interval', '200ms']);
    t.after(() => watch.kill('SIGKILL'));
    let stderr = '', stdout = '';
    watch.stderr.setEncoding('utf8').on('data', (text) => stderr += text);
    watch.stdout.setEncoding('utf8').on('data', (text) => stdout += text);

    child.stdin.write('9\n');
    await holds(() => am.people.got.length > 0);
    await rounds(6);
    child.stdin.write('2\n');
    await holds(() => am.people.got.length > 1);
    await rounds(6);
    watch.kill('SIGTERM');
    const [code] = await once(watch, 'close');

    assert.strictEqual(stderr, '');
    assert.strictEqual(code, 0);
    assert.deepStrictEqual(statesOf(am.people), ['firing', 'resolved']);
    assert.deepStrictEqual(stdout.trim().split('\n').map((line) => JSON.parse(line).state),
        ['firing', 'resolved']);
    assert.strictEqual(am.people.got[0].json.alerts[0].labels.service, 'shop');
});
