/* SPDX-License-Identifier: MIT */
/*
 * Tasks of every kind rain on workers that start and end at random. PORTHOLE_TEST_TASKS says
 * how many (400).
 */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { ask, look } = require('./tasks.js');

const TASKS = Number(process.env.PORTHOLE_TEST_TASKS ?? 400);
const ASKERS = 8;
const ROUND = 200; /* in one process: helper.js ends those that take longer than 100 s */

const CHURN = `const { Worker } = require('worker_threads');
    const moods = [
        'for (;;);',
        'setInterval(() => { let k = []; for (let i = 0; i < 3e4; i++) k.push({ i }); }, 1);',
        'setInterval(() => {}, 1000);',
        'setTimeout(() => process.exit(), Math.random() * 50); setInterval(() => {}, 1);',
        'setTimeout(() => { for (;;) JSON.parse("[1,2,3]"); }, 5);',
        'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
    ];
    let n = 0; let going = true; let live = 0;
    function next() {
        if (!going) { if (live === 0) console.log('still'); return; }
        live++;
        const worker = new Worker("require('./addon').start();" +
            "require('worker_threads').parentPort.postMessage(0);" + moods[n++ % moods.length],
            { eval: true, resourceLimits: { maxOldGenerationSizeMb: 64 } });
        let timer;
        worker.on('message', () => {
            timer = setTimeout(() => worker.terminate(), Math.random() * 400);
        });
        worker.on('error', (error) => { console.error(error); process.exit(3); });
        worker.on('exit', () => { clearTimeout(timer); live--; next(); });
    }
    for (let i = 0; i < 64; i++) next();
    process.stdin.on('data', () => { going = false; });
    process.stdin.on('end', () => process.exit()); /* the test was killed: do not live on */`;

const oneOf = (list) => list[Math.floor(Math.random() * list.length)];

/* Mostly stacks; what is heavy takes its turn. `ids`: of threads that may still be there. */
function anyTask(ids)
{
    const thread = oneOf(ids);

    return oneOf(['/stack', '/stack?wait_ms=50', '/stack?wait_ms=50', `/stack?thread=${thread}`,
        `/profile?seconds=0.1&thread=${thread}`, `/heap/histogram?thread=${thread}`,
        `/heap/profile?seconds=0.1&thread=${thread}`, `/heap/snapshot?force&thread=${thread}`]);
}

/* One process, `tasks` tasks; adds the statuses of the answers to `seen`. */
async function rain(t, tasks, seen)
{
    const { child, url } = await look(CHURN);
    t.after(() => child.kill('SIGKILL'));
    let left = tasks;
    let ids = [1];

    await Promise.all(Array.from({ length: ASKERS }, async () => {
        while (left-- > 0) {
            const { status, body } = await ask(url, anyTask(ids)).catch((error) => {
                if (error.code === 'ECONNREFUSED' || child.exitCode !== null)
                    throw new Error(`the process has died: ${child.signalCode} ${child.text}`);
                return { status: error.code }; /* a snapshot cut short */
            });

            if (body?.threads?.length > 1)
                ids = body.threads.map(({ id }) => id).filter((id) => id !== 0);
            seen.set(status, (seen.get(status) ?? 0) + 1);
        }
    }));
    child.stdin.write('stop\n');

    assert.strictEqual((await child.lines.next()).value, 'still', child.text);
}

test(`${TASKS}_tasks_rain_on_64_workers_that_come_and_go`, { timeout: 3600000 }, async (t) => {
    const seen = new Map();

    for (let done = 0; done < TASKS; done += ROUND)
        await rain(t, Math.min(ROUND, TASKS - done), seen);

    assert.ok(seen.get(200) > TASKS / 8, JSON.stringify([...seen]));
    t.diagnostic(`answers: ${JSON.stringify([...seen])}`);
});
