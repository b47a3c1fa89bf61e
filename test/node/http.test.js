/* SPDX-License-Identifier: MIT */
/* What /state shows of HTTP, and that nothing of it is left behind. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { evaluate, serve, until } = require('./helper.js');

/* A server, and a keep-alive agent that asks it `count` times, one after the other. */
const TALK = `
    const http = require('http');
    async function talk(count, agent) {
        const server = http.createServer((request, response) => response.end('ok'));
        await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
        const { port } = server.address();
        for (let n = 0; n < count; n++) {
            await new Promise((resolve) => http.get({ host: '127.0.0.1', port, agent },
                (response) => response.on('end', resolve).resume()));
        }
        return { server, port };
    }
`;

function ended({ active, started, finished, aborted, errors })
{
    return { active, started, finished, aborted, errors };
}

const TEN = { active: 0, started: 10, finished: 10, aborted: 0, errors: 0 };

test('state_shows_requests_durations_and_agents', async () => {
    const { child, state } = await serve(`${TALK}
        const agent = new http.Agent({ keepAlive: true });
        const { url } = require('.').start();
        talk(10, agent).then(() => console.log(url));
    `);

    const { threads: [{ http }] } = await until(state, ({ threads: [thread] }) =>
        thread?.http?.agents.some(({ name, free }) => name === 'Agent#1' && free === 1) &&
        thread.http.server.finished === 10 && thread.http.client.finished === 10);
    child.kill();

    assert.deepStrictEqual(ended(http.server), TEN);
    assert.deepStrictEqual(ended(http.client), TEN);
    for (const side of ['server', 'client']) {
        const { mean, p50, p90, p99, max } = http[side].duration_ms;

        assert.ok(mean > 0 && p50 > 0 && p50 <= p90 && p90 <= p99 && p50 <= max,
            JSON.stringify(http[side].duration_ms));
    }
    const [{ origin, oldest_s: oldest, ...row }] = http.agents;
    assert.deepStrictEqual(row, { name: 'Agent#1', sockets: 0, free: 1, pending: 0 });
    assert.match(origin, /^127\.0\.0\.1:\d+$/);
    assert.ok(oldest >= 0);
});

/* Were it only known at the next tick, it would have taken nearly two seconds. */
test('state_knows_how_long_an_answer_took_although_the_tick_is_long', async () => {
    const { value } = await evaluate(`${TALK}
        const porthole = require('.');
        porthole.start();
        talk(10).then(async ({ server }) => {
            const cells = () => porthole.state().threads[0]?.http?.client;
            let found;
            do
                await new Promise((resolve) => setTimeout(resolve, 20));
            while ((found = cells())?.started !== 10);
            console.log(JSON.stringify(found));
            server.close();
        });
    `, { env: { PORTHOLE_TICK_MS: '2000' } });

    assert.deepStrictEqual(ended(value), TEN);
    assert.ok(value.duration_ms.p50 < 1000, JSON.stringify(value.duration_ms));
});

test('state_counts_HTTP_of_workers_apart', async () => {
    const { child, state } = await serve(`${TALK}
        const { Worker } = require('worker_threads');
        const { url } = require('.').start();
        new Worker(${JSON.stringify(`${TALK}
            require('.').start();
            talk(10).then(() => setInterval(() => {}, 1000));
        `)}, { eval: true });
        setInterval(() => {}, 1000);
        console.log(url);
    `);

    const { threads } = await until(state, (answer) =>
        answer.threads.some(({ http }) => http?.server.finished === 10 &&
            http.client.finished === 10));
    child.kill();

    assert.strictEqual(threads.find(({ name }) => name === 'main').http.server.started, 0);
});

test('state_counts_HTTP_that_a_vm_context_does', async () => {
    const { child, state } = await serve(`${TALK}
        const { url } = require('.').start();
        const vm = require('vm');
        vm.runInNewContext('(' + talk + ')(10)', { http }).then(() => console.log(url));
    `);

    const { threads: [{ http }] } = await until(state,
        ({ threads: [thread] }) => thread?.http?.client.finished === 10);
    child.kill();

    assert.deepStrictEqual(ended(http.server), TEN);
});

test('state_shows_no_HTTP_when_it_is_not_wanted', async () => {
    const { value } = await evaluate(`${TALK}
        const porthole = require('.');
        porthole.start();
        talk(10).then(({ server }) => {
            setTimeout(() => {
                const channels = ['http.server.request.start', 'undici:request:create'];
                console.log(JSON.stringify({ http: porthole.state().threads[0].http,
                    subscribed: channels.map(require('diagnostics_channel').hasSubscribers)}));
                server.close();
            }, 300);
        });
    `, { env: { PORTHOLE_HTTP: '0' } });

    assert.deepStrictEqual(value, { http: null, subscribed: [false, false] });
});

test('close_ends_all_counting_and_start_begins_anew', async () => {
    const { value } = await evaluate(`${TALK}
        const porthole = require('.');
        const dc = require('diagnostics_channel');
        const seen = [];
        (async () => {
            for (let n = 0; n < 3; n++) {
                porthole.start();
                const { server } = await talk(10);
                let http;
                do {
                    await new Promise((resolve) => setTimeout(resolve, 20));
                    http = porthole.state().threads[0]?.http;
                } while (http?.client.finished !== 10);
                porthole.close();
                seen.push([http.server.started, http.client.started,
                    dc.hasSubscribers('http.client.request.start')]);
                await talk(3).then((second) => second.server.close());
                server.close();
            }
            console.log(JSON.stringify(seen));
        })();
    `);

    assert.deepStrictEqual(value, [[10, 10, false], [10, 10, false], [10, 10, false]]);
});

test('HTTP_keeps_no_process_alive_and_loads_nothing', async () => {
    const { value } = await evaluate(`
        const { start, close } = require('.');
        start();
        setTimeout(() => {
            const loaded = process.moduleLoadList.filter((name) =>
                /^NativeModule (http|https|net|_http_agent|perf_hooks)$/.test(name));
            console.log(JSON.stringify(loaded));
        }, 300);
    `);

    assert.ok(!value.includes('NativeModule https'), JSON.stringify(value));
    assert.ok(!value.includes('NativeModule _http_agent'), JSON.stringify(value));
});

test('a_worker_that_is_ended_in_the_middle_of_its_requests_leaves_the_others_alone',
    async () => {
        const { value } = await evaluate(`${TALK}
            const { Worker } = require('worker_threads');
            const { url } = require('.').start();
            (async () => {
                for (let n = 0; n < 5; n++) {
                    const worker = new Worker(${JSON.stringify(`${TALK}
                        require('.').start();
                        (async () => {
                            for (;;) await talk(50).then(({ server }) => server.close());
                        })();
                        require('worker_threads').parentPort.postMessage('on');
                    `)}, { eval: true });
                    await new Promise((resolve) => worker.once('message', resolve));
                    await new Promise((resolve) => setTimeout(resolve, 100));
                    await worker.terminate();
                }
                console.log(JSON.stringify((await (await fetch(url + '/state')).json())
                    .threads.length));
                process.exit();
            })();
        `);

        assert.ok(value >= 1);
    });
