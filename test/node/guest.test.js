/* SPDX-License-Identifier: MIT */
/* What the application must not notice. */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT, REGISTER, evaluate, run } = require('./helper.js');

/* Endings: exit code or signal, stdout and stderr must be the same with porthole. */
const endings = {
    returning: "console.log('out'); console.error('err')",
    a_timer: "setTimeout(() => console.log('done'), 50)",
    process_exit: "console.log('out'); process.exit(3)",
    process_exit_in_a_timer: 'setTimeout(() => process.exit(4), 30)',
    process_exit_in_beforeExit: "process.on('beforeExit', () => process.exit(5))",
    process_reallyExit: 'process.reallyExit(6)',
    process_exitCode: 'process.exitCode = 7',
    an_uncaught_exception: "process.on('exit', (c) => console.log(c)); throw 1",
    an_unhandled_rejection: "Promise.reject('x'); setInterval(() => {}, 1000)",
    a_fatal_signal: "process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)",
    abort: 'process.abort()',
    an_exception_in_exit: "process.on('exit', () => { throw 2 })",
    a_worker: `new (require('worker_threads').Worker)('console.log(1)', { eval: true })`,
    a_worker_that_throws: `new (require('worker_threads').Worker)('throw 3', { eval: true })
        .on('error', (e) => console.log('worker', e))`,
    exit_while_workers_run: `const { Worker } = require('worker_threads');
        for (let i = 0; i < 4; i++)
            new Worker('for (;;);', { eval: true });
        setTimeout(() => process.exit(8), 100)`,
    a_vm_context: `const vm = require('vm');
        console.log(vm.runInContext('1 + 1', vm.createContext()))`,
};

/* A pid, an address, a path of ours: what differs between any two runs. */
function comparable({ code, signal, stdout, stderr })
{
    const plain = (text) => text.replace(/\b0x[0-9a-f]+\b|\[?\b\d{3,}\b:?\]?/g, '#');

    return { code, signal, stdout: plain(stdout), stderr: plain(stderr) };
}

for (const [name, code] of Object.entries(endings)) {
    test(`ends_the_same_after_${name}`, async () => {
        const [without, withPorthole] = await Promise.all([
            run(['-e', code]),
            run(['-r', REGISTER, '-e', code]),
        ]);

        assert.strictEqual(withPorthole.code, without.code, withPorthole.stderr);
        assert.strictEqual(withPorthole.signal, without.signal);
        if (name !== 'abort')
            assert.deepStrictEqual(comparable(withPorthole), comparable(without));
    });
}

for (const name of ['returning', 'process_exit', 'process_reallyExit',
    'an_uncaught_exception', 'exit_while_workers_run']) {
    test(`leaves_nothing_but_its_history_after_${name}`, async (t) => {
        const dir = fs.mkdtempSync('/dev/shm/porthole-test-');
        t.after(() => fs.rmSync(dir, { recursive: true }));
        const look = `console.log(require('fs').readdirSync('${dir}').length);`;

        const { stdout, signal, stderr } = await run(
            ['-r', REGISTER, '-e', `${look} ${endings[name]}`],
            { env: { PORTHOLE_RUN_DIR: dir } });

        assert.strictEqual(signal, null, stderr);
        assert.ok(Number(stdout.split('\n')[0]) >= 1, stdout);
        assert.match(fs.readdirSync(dir).join(), /^(\d+\.history)?$/);
    });
}

test('does_not_keep_the_loop_alive', async () => {
    const { value } = await evaluate(`require('./addon').start();
        process.on('exit', () => console.log(process.uptime()))`);

    assert.ok(value < 5, `${value} s`);
});

test('leaves_no_descriptor_to_children', async () => {
    const list = "require('fs').readdirSync('/proc/self/fd').length";
    const code = `
        const count = () => Number(require('child_process')
            .execFileSync(process.execPath, ['-p', ${JSON.stringify(list)}]));
        const before = count(); require('./addon').start();
        console.log(JSON.stringify([before, count()]))`;

    const { value: [before, after] } = await evaluate(code);

    assert.strictEqual(after, before);
});

test('blocks_every_signal_on_its_threads', async () => {
    const { value } = await evaluate(`require('./addon').start();
        const fs = require('fs');
        const threads = fs.readdirSync('/proc/self/task').map((id) => {
            const text = fs.readFileSync('/proc/self/task/' + id + '/status', 'utf8');
            const field = (name) => new RegExp('^' + name + ':\\t(.*)$', 'm').exec(text)[1];
            return { name: field('Name'), mask: field('SigBlk') };
        }).filter(({ name }) => name.startsWith('porthole'));
        console.log(JSON.stringify(threads))`);

    assert.deepStrictEqual(value.map(({ name }) => name).sort(),
        ['porthole-http', 'porthole-tick']);
    for (const { name, mask } of value) {
        /* Linux never lets 9 (KILL) and 19 (STOP) be blocked, glibc keeps 32 and 33. */
        const open = ~BigInt(`0x${mask}`) & 0xffffffffffffffffn;
        const allowed = [9n, 19n, 32n, 33n].reduce((set, n) => set | 1n << (n - 1n), 0n);

        assert.strictEqual(open & ~allowed, 0n, `${name} ${mask}`);
    }
});

test('changes_no_signal_disposition', async () => {
    const { value: [before, after] } = await evaluate(`
        const read = () => /^SigIgn[^]*SigCgt.*$/m.exec(
            require('fs').readFileSync('/proc/self/status', 'utf8'))[0].split('\\n');
        const before = read(); require('./addon').start();
        console.log(JSON.stringify([before.slice(0, 2), read().slice(0, 2)]))`);

    assert.deepStrictEqual(after, before);
});

test('does_not_run_microtasks_or_ticks_of_the_application_early', async () => {
    const { value } = await evaluate(`require('./addon').start();
        const order = [];
        setTimeout(() => {
            Promise.resolve().then(() => order.push('microtask'));
            process.nextTick(() => order.push('tick'));
            const end = Date.now() + 300; while (Date.now() < end);
            order.push('end');
        }, 10);
        setTimeout(() => console.log(JSON.stringify(order)), 500)`);

    assert.deepStrictEqual(value, ['end', 'tick', 'microtask']);
});

test('adds_nothing_to_what_Node_says_keeps_the_loop_busy', async () => {
    const { value: [before, after] } = await evaluate(`
        const list = () => process.getActiveResourcesInfo();
        const before = list(); require('./addon').start();
        console.log(JSON.stringify([before, list()]))`);

    assert.deepStrictEqual(after, before);
});

test('every_cluster_worker_has_an_agent_of_its_own', async (t) => {
    const script = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'porthole-')), 'app.js');
    t.after(() => fs.rmSync(path.dirname(script), { recursive: true }));
    fs.writeFileSync(script, `const cluster = require('cluster');
        const { port } = require(${JSON.stringify(path.join(ROOT, 'addon'))}).start();
        if (cluster.isPrimary) {
            const ports = [port];
            for (let i = 0; i < 2; i++)
                cluster.fork().on('message', (theirs) => {
                    if (ports.push(theirs) !== 3) return;
                    console.log(new Set(ports).size);
                    cluster.disconnect();
                });
        } else {
            process.send(port);
        }`);

    const { code, stdout, stderr } = await run([script]);

    assert.deepStrictEqual([code, stdout, stderr], [0, '3\n', '']);
});
