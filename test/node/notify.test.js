/* SPDX-License-Identifier: MIT */
/* cli/notify.c and receivers that do not behave, by build/notifier. */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { notifier, receiver, status, holds, folder, freePort } = require('./notifier.js');

const CHILDREN = 8;

function targetsOf({ got })
{
    return got.map(({ json }) => json.target);
}

/* n lines about n targets. */
function fires(n)
{
    return Array.from({ length: n }, (_, i) => `fire t${i}`);
}

/* A script of a test's own that appends what it gets to a file. */
function script(dir, text)
{
    const file = path.join(dir, 'tell');

    fs.writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return file;
}

function peakMegabytes(child)
{
    const text = fs.readFileSync(`/proc/${child.pid}/status`, 'utf8');

    return text.match(/VmHWM:\s+(\d+)/)[1] / 1024;
}

/* ---- Webhooks ---- */

test('a webhook gets each alert once, in order, as JSON', async (t) => {
    const hook = await receiver(t, status(204));
    const it = notifier(t, `webhook ${hook.url}/a/b?c=d`);

    it.tell('fire t1', 'fire t2', 'resolve t1');
    await holds(() => hook.got.length === 3);
    await it.end();

    assert.deepStrictEqual(targetsOf(hook), ['t1', 't2', 't1']);
    assert.deepStrictEqual(hook.got.map(({ json }) => json.state),
        ['firing', 'firing', 'resolved']);
    assert.strictEqual(hook.got[0].url, '/a/b?c=d');
    assert.strictEqual(hook.got[0].type, 'application/json');
    assert.strictEqual(it.stderr, '');
});

test('a webhook that fails is tried again, and said once', async (t) => {
    let left = 3;
    const hook = await receiver(t, (...args) => status(left-- > 0 ? 503 : 200)(...args));
    const it = notifier(t, '-x', '20', `webhook ${hook.url}/secret`);

    it.tell('fire t1', 'fire t2');
    await holds(() => hook.got.length === 5);
    await it.end();

    assert.deepStrictEqual(targetsOf(hook), ['t1', 't1', 't1', 't1', 't2']);
    assert.strictEqual(it.stderr,
        `porthole: cannot tell '${hook.url}' of alerts: http-503; trying again\n` +
        `porthole: '${hook.url}' takes alerts again\n`);
});

test('an alert is given up after ten tries', async (t) => {
    const hook = await receiver(t, status(500));
    const it = notifier(t, '-x', '500', `webhook ${hook.url}`);

    it.tell('fire t1');
    await it.told(1);
    await it.end();

    assert.strictEqual(hook.got.length, 10);
    assert.match(it.stderr, /porthole: 1 alert could not be told\n$/);
});

test('what a webhook does not want is not sent again', async (t) => {
    const hook = await receiver(t, (request, response, body) => {
        response.setHeader('Location', '/elsewhere');
        status(JSON.parse(body).target === 't0' ? 302 : 404)(request, response);
    });
    const it = notifier(t, `webhook ${hook.url}`);

    it.tell(...fires(2));
    await it.told(2);
    await it.end();

    assert.deepStrictEqual(targetsOf(hook), ['t0', 't1']);
    assert.match(it.stderr, /does not take the alert: http-302\n.*http-404\n.*2 alerts could/s);
});

test('a receiver that hangs holds up nobody else', async (t) => {
    const hung = await receiver(t, () => {});
    const good = await receiver(t, status(200));
    const it = notifier(t, '-t', '15000', '-w', '1', `webhook ${hung.url}`,
        `webhook ${good.url}`);

    it.tell(...fires(50));
    await holds(() => good.got.length === 50);
    await it.end();

    assert.strictEqual(hung.got.length, 1);
    assert.match(it.stderr, /porthole: 5\d alerts could not be told\n$/);
});

test('a receiver that hangs is given up in time', async (t) => {
    const hung = await receiver(t, () => {});
    const it = notifier(t, '-t', '200', `webhook ${hung.url}`);

    it.tell('fire t1');
    await holds(() => it.stderr !== '');

    assert.match(it.stderr, /timeout-body; trying again\n$/);
});

test('a receiver that closes, and one that is not there, are named', async (t) => {
    const closes = await receiver(t, (request) => request.socket.destroy());
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const it = notifier(t, `webhook ${closes.url}`, `webhook ${nobody}`);

    it.tell('fire t1');
    await holds(() => it.stderr.split('\n').length === 3);

    assert.match(it.stderr, /: truncated; trying again/);
    assert.match(it.stderr, /: refused; trying again/);
});

test('an answer of a gigabyte is not read, and the alert is told', async (t) => {
    const big = await receiver(t, (request, response) => {
        const part = Buffer.alloc(1 << 20, '\x1b[2J');
        const more = (n) => n > 0 && !response.destroyed &&
            response.write(part, () => more(n - 1));

        more(1024);
    });
    const it = notifier(t, '-t', '15000', `webhook ${big.url}`);

    it.tell(...fires(3));
    await it.told(3);
    const peak = peakMegabytes(it.child);
    await it.end();

    assert.strictEqual(big.got.length, 3);
    assert.strictEqual(it.stderr, '');
    assert.ok(peak < 64, `${peak} MB`);
});

test('of too many that wait the oldest are dropped, which is said', async (t) => {
    const hung = await receiver(t, () => {});
    const it = notifier(t, '-t', '15000', '-w', '1', '-l', `webhook ${hung.url}`);

    it.tell(...fires(3000));
    await holds(() => it.stdout.match(/"t2999",/) !== null);
    const peak = peakMegabytes(it.child);
    await it.end();

    assert.match(it.stderr, /^porthole: too many alerts wait to be told: dropping the old/);
    assert.match(it.stderr, /porthole: 3000 alerts could not be told\n$/);
    assert.ok(peak < 64, `${peak} MB`);
});

test('what waits at the end is tried once more', async (t) => {
    let good = false;
    const hook = await receiver(t, (...args) => status(good ? 200 : 500)(...args));
    const it = notifier(t, '-w', '15000', `webhook ${hook.url}`);

    it.tell(...fires(5));
    await holds(() => /http-500/.test(it.stderr));
    good = true;
    await it.end();

    assert.deepStrictEqual([...new Set(targetsOf(hook))], ['t0', 't1', 't2', 't3', 't4']);
    assert.doesNotMatch(it.stderr, /could not be told/);
});

/* ---- Programs and lines ---- */

test('a program gets the alert on stdin and in its environment', async (t) => {
    const dir = folder(t);
    const file = script(dir, `cat >${dir}/in; env | grep ^PORTHOLE_ALERT | sort >${dir}/env
        printf '%s\\n' "$@" >${dir}/args; echo out; ls /proc/self/fd >${dir}/fds
        touch ${dir}/done`);
    const it = notifier(t, `exec ${file} a {target} $HOME`);

    it.tell('fire \x1b[2Jt');
    await holds(() => fs.existsSync(`${dir}/done`));
    await it.end();

    const text = fs.readFileSync(`${dir}/in`, 'utf8');
    assert.strictEqual(text.indexOf('\n'), text.length - 1);
    assert.strictEqual(JSON.parse(text).target, '\x1b[2Jt');
    assert.deepStrictEqual(fs.readFileSync(`${dir}/env`, 'utf8').split('\n'), [
        'PORTHOLE_ALERT_NAME=sockets-grow',
        'PORTHOLE_ALERT_SAYS=sockets of \\x1b[2Jt: \\x1b[31mtoo many',
        'PORTHOLE_ALERT_SERVICE=shop',
        'PORTHOLE_ALERT_SEVERITY=warning',
        'PORTHOLE_ALERT_STATE=firing',
        'PORTHOLE_ALERT_TARGET=\\x1b[2Jt',
        'PORTHOLE_ALERT_VALUE=93',
        '']);
    assert.strictEqual(fs.readFileSync(`${dir}/args`, 'utf8'), 'a\n{target}\n$HOME\n');
    assert.strictEqual(fs.readFileSync(`${dir}/fds`, 'utf8'), '0\n1\n2\n3\n');
    assert.strictEqual(it.stdout.replace('told 1\n', ''), '');
    assert.strictEqual(it.stderr, '');
});

test('a program that is missing, that fails or that dies is named once', async (t) => {
    const dir = folder(t);
    const fails = script(dir, 'exit 3');
    const it = notifier(t, 'exec /no/such/program', `exec ${fails}`, 'exec sh -c kill\t-9\t$$');

    it.tell(...fires(5));
    await it.told(5);
    await it.end();

    assert.deepStrictEqual(it.stderr.split('\n').sort(), ['',
        `porthole: cannot tell of an alert by '${fails}': its exit status is 3`,
        "porthole: cannot tell of an alert by '/no/such/program': no such file or directory",
        "porthole: cannot tell of an alert by 'sh': it was killed by signal 9",
        'porthole: 15 alerts could not be told'].sort());
});

test('a program that hangs is killed with its children', async (t) => {
    const dir = folder(t);
    const file = script(dir, `sleep 1000 & echo $! >${dir}/pid; wait`);
    const it = notifier(t, '-t', '3000', `exec ${file}`);

    it.tell('fire t1');
    await it.told(1);
    const pid = fs.readFileSync(`${dir}/pid`, 'utf8').trim();
    await holds(() => !fs.existsSync(`/proc/${pid}`) ||
        /State:\s+Z/.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8')));
    await it.end();

    assert.match(it.stderr, /: it took too long\nporthole: 1 alert could not be told\n$/);
});

test('a program at work is killed at the end', async (t) => {
    const dir = folder(t);
    const file = script(dir, `echo $$ >${dir}/pid; exec sleep 1000`);
    const it = notifier(t, '-t', '60000', '-w', '50', `exec ${file}`);

    it.tell('fire t1');
    await holds(() => fs.existsSync(`${dir}/pid`) && fs.statSync(`${dir}/pid`).size > 0);
    await it.end();

    assert.ok(!fs.existsSync(`/proc/${fs.readFileSync(`${dir}/pid`, 'utf8').trim()}`));
    assert.match(it.stderr, /1 alert could not be told/);
});

test('a thousand alerts are at most eight programs at once', async (t) => {
    const dir = folder(t);
    const file = script(dir, `n=$(ls ${dir}/now | wc -l); mkdir ${dir}/now/$$
        echo $n >>${dir}/n
        rmdir ${dir}/now/$$`);
    fs.mkdirSync(`${dir}/now`);
    const it = notifier(t, '-t', '60000', `exec ${file}`);

    it.tell(...fires(1000));
    await it.told(1000);
    const peak = peakMegabytes(it.child);
    await it.end();

    const before = fs.readFileSync(`${dir}/n`, 'utf8').trim().split('\n').map(Number);
    assert.strictEqual(before.length, 1000);
    assert.ok(Math.max(...before) < CHILDREN, `${Math.max(...before) + 1} at once`);
    assert.ok(peak < 64, `${peak} MB`);
    assert.strictEqual(it.stderr, '');
});

test('stdout gets a line of JSON, once, whoever asks for it', async (t) => {
    const it = notifier(t, '-l', 'stdout', 'stdout');

    it.tell('fire t1', 'resolve t1');
    await it.told(2);
    await it.end();

    const lines = it.stdout.split('\n').filter((line) => line.startsWith('{'));
    const [fired, resolved] = lines.map((line) => JSON.parse(line));
    assert.strictEqual(lines.length, 2);
    assert.deepStrictEqual(Object.keys(fired), ['schema', 'alert', 'state', 'severity',
        'target', 'labels', 'figure', 'value', 'says', 'began', 'fired', 'ended']);
    assert.strictEqual(fired.ended, null);
    assert.match(resolved.ended, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('a URL that cannot be used is named by its line', async (t) => {
    const it = notifier(t, 'stdout', 'webhook http://me:secret@host/');

    await it.end();

    assert.strictEqual(it.code, 2);
    assert.strictEqual(it.stderr, '2: cannot use this URL: a user or password in a URL is ' +
        'shown to everybody: leave it out\n');
});
