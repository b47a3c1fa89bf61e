/* SPDX-License-Identifier: MIT */
/* The parts of the feed by themselves, and messages that Node never sends. */
'use strict';

const assert = require('node:assert');
const diagnostics = require('node:diagnostics_channel');
const { test } = require('node:test');
const v8 = require('node:v8');
const vm = require('node:vm');
const durations = require('../../addon/feeds/durations.js');
const { HttpFeed } = require('../../addon/feeds/http.js');
const { InFlight, CEILING } = require('../../addon/feeds/in_flight.js');
const { originOfURL } = require('../../addon/feeds/origin.js');
const { Pace } = require('../../addon/feeds/pace.js');
const { UndiciRequests } = require('../../addon/feeds/undici.js');
const { Watch } = require('./http_watch.js');

const { STARTED, FINISHED, ABORTED, SUM_NS, MAX_NS, BUCKETS, UNFOLLOWED, CELLS } = durations;

const CHANNELS = [
    'http.server.request.start', 'http.server.response.finish', 'http.client.request.start',
    'http.client.response.finish', 'http.client.request.error', 'undici:request:create',
    'undici:client:sendHeaders', 'undici:request:headers', 'undici:request:trailers',
    'undici:request:error', 'undici:client:connected',
];

/* As include/porthole_counts.h says it, with all the digits. */
function bucketByTheBook(ns)
{
    const n = BigInt(ns);
    const top = n.toString(2).length - 1;

    if (top < 10)
        return 0;
    return Math.min((top - 10) * 16 + Number((n >> BigInt(top - 4)) & 15n), 511);
}

test('durations_go_into_the_bucket_that_the_contract_names', () => {
    const around = Array.from({ length: 52 }, (_, i) => 2 ** i)
        .flatMap((n) => [n - 1, n, n + 1, Math.floor(n * 1.37), Math.floor(n * 1.9999)]);

    for (const ns of around)
        assert.strictEqual(durations.bucketOf(ns), bucketByTheBook(ns), `${ns}`);
});

test('durations_keep_sum_and_most', () => {
    const cells = new Float64Array(CELLS);

    for (const ns of [5000, 70000, 100])
        durations.addDuration(cells, ns);

    assert.deepStrictEqual([cells[SUM_NS], cells[MAX_NS]], [75100, 70000]);
    assert.strictEqual(cells.subarray(BUCKETS, UNFOLLOWED).reduce((a, b) => a + b), 3);
});

function newInFlight()
{
    const cells = new Float64Array(CELLS);
    let clock = 1;
    const inFlight = new InFlight(cells, () => clock);

    return { cells, inFlight, pass(ns) { clock += ns; } };
}

test('in_flight_holds_no_more_than_its_ceiling_and_counts_the_others_apart', () => {
    const { cells, inFlight } = newInFlight();
    const requests = Array.from({ length: CEILING + 10 }, () => ({}));

    for (const request of requests)
        inFlight.start(request, 1);
    for (const request of requests) {
        if (inFlight.get(request) !== undefined)
            inFlight.end(request, FINISHED, 1);
    }

    assert.deepStrictEqual([cells[STARTED], cells[FINISHED], cells[UNFOLLOWED]],
        [CEILING, CEILING, 10]);
});

test('in_flight_counts_a_request_once_that_starts_twice', () => {
    const { cells, inFlight } = newInFlight();
    const request = {};

    assert.strictEqual(inFlight.start(request, 1), true);
    assert.strictEqual(inFlight.start(request, 1), false);
    assert.strictEqual(cells[STARTED], 1);
});

test('in_flight_is_swept_in_slices_that_go_on_where_the_last_one_ended', () => {
    const { cells, inFlight, pass } = newInFlight();
    const slices = [];
    let looked = 0;

    for (let n = 0; n < 100; n++)
        inFlight.start({}, 1);
    while (cells[ABORTED] < 100) {
        inFlight.sweep((request) => {
            looked++;
            pass(1e5);
            inFlight.end(request, ABORTED);
        });
        slices.push(looked);
    }

    assert.deepStrictEqual(slices, [32, 64, 96, 100]);
});

test('in_flight_is_swept_on_when_those_that_were_next_have_ended_in_between', () => {
    const { cells, inFlight, pass } = newInFlight();
    const requests = Array.from({ length: 100 }, () => ({}));

    requests.forEach((request) => inFlight.start(request, 1));
    inFlight.sweep(() => pass(1e5));
    requests.forEach((request) => inFlight.end(request, ABORTED));
    inFlight.sweep(() => assert.fail('there is none'));
    requests.forEach((request) => inFlight.start(request, 1));
    inFlight.sweep((request) => inFlight.end(request, ABORTED));

    assert.strictEqual(cells[ABORTED], 200);
});

test('in_flight_finds_a_request_wherever_others_that_ended_have_left_it', () => {
    const { cells, inFlight } = newInFlight();
    const requests = Array.from({ length: 50 }, () => ({}));

    requests.forEach((request, n) => inFlight.start(request, n + 1));
    for (let n = 0; n < 50; n += 3)
        inFlight.end(requests[n], ABORTED);
    const found = requests.map((request) => inFlight.get(request));

    assert.deepStrictEqual(found, requests.map((_, n) => n % 3 === 0 ? undefined : n + 1));
    assert.strictEqual(cells[ABORTED], 17);
});

test('in_flight_counts_a_request_again_that_starts_after_its_end', () => {
    const { cells, inFlight } = newInFlight();
    const request = {};

    for (let n = 0; n < 3; n++) {
        inFlight.start(request, 1);
        inFlight.end(request, ABORTED);
        inFlight.end(request, ABORTED);
    }

    assert.deepStrictEqual([cells[STARTED], cells[ABORTED]], [3, 3]);
});

test('in_flight_lets_go_of_a_request_that_is_in_flight_elsewhere_as_well', () => {
    const both = [newInFlight(), newInFlight()];
    const request = {};

    for (const { inFlight } of both) {
        inFlight.start({}, 1);
        inFlight.start(request, 1);
    }
    for (const { inFlight } of both)
        inFlight.sweep((each) => inFlight.end(each, ABORTED));

    assert.deepStrictEqual(both.map(({ cells }) => [cells[STARTED], cells[ABORTED]]),
        [[2, 2], [2, 2]]);
});

test('in_flight_takes_what_is_no_object_for_not_in_flight', () => {
    const { inFlight } = newInFlight();

    for (const request of [undefined, null, 7, 'text', Symbol('x')])
        assert.strictEqual(inFlight.get(request), undefined);
});

test('in_flight_leaves_nothing_to_be_seen_on_a_request', () => {
    const { inFlight } = newInFlight();
    const sealed = Object.freeze({ url: '/' });

    inFlight.start(sealed, 1);

    assert.deepStrictEqual(Reflect.ownKeys(sealed), ['url']);
    assert.strictEqual(inFlight.get(sealed), 1);
});

/* It did: in a Map the next collection but one takes them. */
test('in_flight_lets_minor_collections_take_requests_that_have_ended', () => {
    v8.setFlagsFromString('--expose-gc');
    const gc = vm.runInNewContext('gc');
    const { inFlight } = newInFlight();
    const held = [];

    gc();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 20000; n++) {
        held.push({ body: new Array(50).fill(n) });
        inFlight.start(held.at(-1), 1);
        if (held.length > 8)
            inFlight.end(held.shift(), ABORTED);
        if (n % 2000 === 0)
            gc({ type: 'minor' });
    }
    gc({ type: 'minor' });

    assert.ok(process.memoryUsage().heapUsed - before < 3e6);
});

test('pace_rests_only_after_work_was_slow_four_times', () => {
    let clock = 1;
    let runs = 0;
    const pace = new Pace(() => clock);
    const work = () => {
        runs++;
        clock += 0.5;
    };

    for (let n = 0; n < 10; n++)
        pace.run(work);
    clock += 499;
    pace.run(work);
    const early = runs;
    clock += 2;
    pace.run(work);

    assert.deepStrictEqual([early, runs], [4, 5]);
});

test('undici_keeps_up_with_a_million_origins', () => {
    const cells = new Float64Array(CELLS);
    const requests = new UndiciRequests(cells);
    const error = new Error('no');
    const rows = [];

    for (let n = 0; n < 1e6; n++) {
        const request = { origin: `http://host${n}` };

        requests.created({ request });
        requests.failed({ request, error });
    }
    const seen = [cells[STARTED], requests.collect(rows), rows.length];
    requests.created({ request: { origin: 'http://again' } });
    requests.collect(rows);

    assert.deepStrictEqual(seen, [1e6, 1, 0]);
    assert.deepStrictEqual(rows.map(({ origin, pending }) => [origin, pending]),
        [['again:80', 1]]);
});

const origins = [
    ['http://example.com', 'example.com:80'], ['https://example.com', 'example.com:443'],
    ['https://example.com:8443', 'example.com:8443'], ['http://[::1]:80', '[::1]:80'],
    ['http://[::1]', '[::1]:80'], ['evil\r\nhost', 'evil??host'], ['', ''],
];

for (const [text, origin] of origins) {
    test(`undici_reads_the_origin_${JSON.stringify(text)}`, () => {
        assert.strictEqual(originOfURL(text), origin);
    });
}

/* ---- Anybody can publish ------------------------------------------------------------- */

function thrower()
{
    throw new Error('somebody else threw this');
}

const trap = new Proxy({}, { get: thrower, has: thrower, getPrototypeOf: thrower });
const garbage = [
    null, undefined, 7, 'text', [], {}, trap, Symbol('x'), () => {},
    { request: null, response: null, socket: null, connectParams: null },
    { request: 7, response: 'text', socket: 3, connectParams: 7 },
    { request: {}, response: {}, socket: {}, connectParams: {} },
    { request: trap, response: trap, socket: trap, connectParams: trap, error: trap },
    { get request() { return thrower(); }, get response() { return thrower(); } },
    { request: { get origin() { return thrower(); }, get agent() { return thrower(); } } },
    { request: { origin: { toString: thrower }, agent: trap, res: trap }, error: 7 },
    { socket: {}, connectParams: { protocol: 'http:', host: 'x' } },
];

test('feed_survives_any_message_and_lets_go_of_it', async (t) => {
    const watch = new Watch(t);
    const uncaught = [];
    const note = (error) => uncaught.push(error);

    process.on('uncaughtException', note);
    for (const name of CHANNELS) {
        for (const message of garbage)
            diagnostics.channel(name).publish(message);
    }
    for (const side of ['server', 'client'])
        await watch.until(side, ({ active }) => active === 0);
    await new Promise((resolve) => setImmediate(resolve));
    process.removeListener('uncaughtException', note);

    assert.deepStrictEqual(uncaught, []);
    await watch.untilRows((rows) => rows.length === 0);
});

test('feed_reads_nothing_of_a_message_that_could_not_be_Node_s', async (t) => {
    const watch = new Watch(t);
    const request = { finished: true };

    for (const name of CHANNELS.filter((channel) => channel.includes('error')))
        diagnostics.channel(name).publish({ request });
    diagnostics.channel('http.server.response.finish').publish({ response: {} });

    assert.strictEqual(watch.tick('server').finished, 0);
});

test('feed_takes_back_every_subscription', (t) => {
    const watch = new Watch(t);
    const during = CHANNELS.map((name) => diagnostics.hasSubscribers(name));

    watch.stop();

    assert.deepStrictEqual(during, CHANNELS.map(() => true));
    assert.deepStrictEqual(CHANNELS.map((name) => diagnostics.hasSubscribers(name)),
        CHANNELS.map(() => false));
});

test('feed_leaves_the_subscriptions_of_others_alone', (t) => {
    const seen = [];
    const theirs = (message) => seen.push(message);
    const name = 'http.client.request.start';

    diagnostics.subscribe(name, theirs);
    new Watch(t).stop();
    diagnostics.channel(name).publish({ request: 'theirs' });
    diagnostics.unsubscribe(name, theirs);

    assert.deepStrictEqual(seen, [{ request: 'theirs' }]);
});

test('feed_does_nothing_when_it_is_not_wanted', () => {
    const feed = new HttpFeed({}, false);

    feed.sample();

    assert.strictEqual(CHANNELS.some((name) => diagnostics.hasSubscribers(name)), false);
});
