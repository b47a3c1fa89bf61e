/* SPDX-License-Identifier: MIT */
/*
 * What objects.js asks: a process full of connections that are shown by porthole (tracked, or
 * provided through kang's options) or by the original kang, and a timer that notes how late
 * the loop is.
 *
 *     node --expose-gc test/bench/crowd.js '{"by": "tracked", "count": 100000}'
 */
'use strict';

const path = require('node:path');
const { obey, threadTimes } = require('./orders.js');
const { quantile } = require('./statistics.js');

const ADDON = path.join(__dirname, '..', '..', 'addon');
const PACE_MS = 1;
const options = JSON.parse(process.argv[2]);
const conns = new Map();
let late = [];
let own = 0;        /* the worst, less what other threads had of its core */
let due = 0;
let queued = 0;

/* As many properties as 100,000 connections have in the research, with their requests. */
function fill(count)
{
    for (let i = 0; i < count; i++) {
        conns.set(`c${i}`, {
            remote: `10.0.${i >> 8 & 255}.${i & 255}:${40000 + i % 20000}`,
            state: i % 7 === 0 ? 'closing' : 'open',
            bytes_in: i * 17,
            user: `user-${i % 1000}`,
        });
    }
}

function kangOptions(port)
{
    return {
        uri_base: '/kang', port, host: '127.0.0.1', service_name: 'crowd', component: 'bench',
        version: '1.0.0', ident: `bench/${process.pid}`,
        list_types: () => ['conn'],
        list_objects: () => [...conns.keys()],
        get: (type, id) => conns.get(id),
    };
}

function track()
{
    for (const [id, conn] of conns)
        require(ADDON).track('conn', id, conn);
}

async function start()
{
    return { url: require(ADDON).start({ service: 'bench' }).url, path: '/objects/conn' };
}

const shows = {
    later: start,
    async tracked() {
        track();
        return start();
    },
    async provided() {
        const porthole = require(ADDON);
        const agent = porthole.start({ service: 'bench' });

        porthole.kang(kangOptions());
        return { url: agent.url, path: '/kang/snapshot' };
    },
    async kang() {
        const server = await new Promise((resolve, reject) => {
            require('kang').knStartServer(kangOptions(0), (error, started) =>
                error ? reject(error) : resolve(started));
        });

        return { url: `http://127.0.0.1:${server.address().port}`, path: '/kang/snapshot' };
    },
};

/* A timer that fires late says for how long nothing else could run either; it counts for
 * every tick it swallowed, so that quantiles are those of an event at a random moment. */
function tick()
{
    const now = performance.now();
    const waited = threadTimes().queued_ms;

    own = Math.max(own, now - due - (waited - queued));
    queued = waited;
    for (let lag = now - due; ; lag -= PACE_MS) {
        late.push(Math.max(0, lag));
        if (lag < PACE_MS)
            break;
    }
    due = performance.now() + PACE_MS;
    setTimeout(tick, PACE_MS);
}

function spin(ms)
{
    for (const end = Date.now() + ms; Date.now() < end;);
}

fill(options.count);
shows[options.by]().then((ready) => {
    obey({
        /* Collected, so that each begins alike; then lateness counts anew. */
        settle() {
            global.gc();
            late = [];
            own = 0;
            due = performance.now() + PACE_MS;
            return process.memoryUsage().rss;
        },
        late() {
            const answer = { n: late.length, max: quantile(late, 1), own,
                p99: quantile(late, 0.99), p50: quantile(late, 0.5) };

            late = [];
            own = 0;
            return answer;
        },
        block(ms) {
            setImmediate(spin, ms);
        },
        track,
        json: () => [...conns.values()].reduce((n, conn) => n + JSON.stringify(conn).length, 0),
    }, ready);
    due = performance.now() + PACE_MS;
    setTimeout(tick, PACE_MS);
});
