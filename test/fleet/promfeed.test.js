/* SPDX-License-Identifier: MIT */
/* `porthole top --from prometheus=`: what servers answer that are none, or lie. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { answer, freePort, porthole } = require('./kit.js');

const top = (url, ...more) =>
    porthole(['top', '--from', `prometheus=${url}`, '--once', ...more]);

/* A Prometheus that knows what `series(query)` gives: a list of [labels, value]. */
function prometheus(t, series)
{
    return answer(t, (request, response) => {
        const expr = new URL(request.url, 'http://x').searchParams.get('query');
        const result = series(expr, request).map(([metric, value]) =>
            ({ metric, value: [1700000000, value] }));

        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify(
            { status: 'success', data: { resultType: 'vector', result } }));
    });
}

const at = (instance, more = {}) => ({ job: 'j', instance, ...more });
const isUp = (expr) => expr.startsWith('up and');

test('no_server_is_named_with_its_cause', async () => {
    const result = await top(`http://127.0.0.1:${await freePort()}`);

    assert.strictEqual(result.status, 4);
    assert.match(result.stderr, /^porthole: cannot reach 'http:.*': refused\n$/);
});

test('a_page_of_html_is_no_prometheus', async (t) => {
    const { url } = await answer(t, (_, response) => response.end('<html>hello</html>'));
    const result = await top(url);

    assert.strictEqual(result.status, 4);
    assert.match(result.stderr, /^porthole: 'http:.*' does not answer as Prometheus does\n$/);
});

test('a_scalar_is_no_answer', async (t) => {
    const { url } = await answer(t, (_, response) => response.end(JSON.stringify(
        { status: 'success', data: { resultType: 'scalar', result: [1, '2'] } })));

    assert.match((await top(url)).stderr, /does not answer as Prometheus does/);
});

test('what_the_server_says_is_wrong_is_shown_and_clean', async (t) => {
    const { url } = await answer(t, (_, response) => {
        response.writeHead(422, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify({ status: 'error', error: 'bad \x1b[31m thing' }));
    });
    const result = await top(url);

    assert.strictEqual(result.status, 4);
    assert.match(result.stderr, /http-422: bad \\x1b\[31m thing\n$/);
});

test('a_query_that_fails_costs_its_figure_only', async (t) => {
    const { url } = await answer(t, (request, response) => {
        const expr = new URL(request.url, 'http://x').searchParams.get('query');
        const good = !expr.includes('porthole_listeners');

        response.writeHead(good ? 200 : 422, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(good ? { status: 'success', data: { resultType: 'vector',
            result: [{ metric: at('a:1'), value: [1700000000, '1'] }] } } : { error: 'no' }));
    });
    const result = await top(url, '--json');
    const [row] = JSON.parse(result.stdout).targets;

    assert.strictEqual(result.status, 3);
    assert.match(result.stderr, /for 'threads.listeners.total': http-422: no\n$/);
    assert.deepStrictEqual([row.listeners, row.sockets, row.up], [null, 1, true]);
});

test('values_that_are_no_numbers_are_not_known', async (t) => {
    const { url } = await prometheus(t, (expr) =>
        [[at('a:1'), isUp(expr) ? '1' : expr.includes('rss') ? '-5' : 'NaN']]);
    const [row] = JSON.parse((await top(url, '--json')).stdout).targets;

    assert.deepStrictEqual([row.up, row.sockets, row.rss_bytes], [true, null, null]);
});

test('labels_reach_no_terminal_uncleaned', async (t) => {
    const evil = '\x1b]0;x\x07\x9b31m\u202e';
    const { url } = await prometheus(t, () =>
        [[at(`${evil}:1`, { service: evil, version: evil, dc: evil }), '1']]);
    const result = await top(url);

    assert.strictEqual(result.status, 0, result.stderr);
    assert.doesNotMatch(result.stdout + result.stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
});

test('who_is_down_is_a_row_with_its_cause', async (t) => {
    const { url } = await prometheus(t, (expr) =>
        isUp(expr) ? [[at('a:1'), '1'], [at('b:1'), '0']] : [[at('a:1'), '1']]);
    const result = await top(url);

    assert.strictEqual(result.status, 3);
    assert.strictEqual(result.stderr, "porthole: cannot reach 'b:1': unreachable\n");
    assert.match(result.stdout, /b:1 .*unreachable/);
});

test('a_server_that_knows_no_process_says_so', async (t) => {
    const { url } = await prometheus(t, () => []);
    const result = await top(url);

    assert.strictEqual(result.status, 4);
    assert.match(result.stderr, /knows no process: no series 'porthole_info'/);
});

test('the_token_of_agents_is_not_sent', async (t) => {
    const seen = new Set();
    const { url } = await prometheus(t, (expr, request) => {
        seen.add(request.headers.authorization);
        return [[at('a:1'), '1']];
    });

    await porthole(['top', '--from', `prometheus=${url}`, '--once'],
        { PORTHOLE_TOKEN: 'secret' });
    assert.deepStrictEqual([...seen], [undefined]);
});

test('a_server_that_never_answers_costs_the_timeout', async (t) => {
    const { url } = await answer(t, () => {});
    const began = Date.now();
    const result = await top(url, '--timeout', '300ms');

    assert.strictEqual(result.status, 4);
    assert.match(result.stderr, /timeout-body/);
    assert.ok(Date.now() - began < 10000);
});

test('what_is_no_url_is_a_mistake_of_the_command_line', async () => {
    for (const from of ['http://x', 'prometheus=x', 'prometheus=file:///etc/passwd',
        'prometheus=', 'prometheus=http://a,http://b', 'prometheus=http://a/?x=1']) {
        const result = await porthole(['top', '--once', '--from', from]);

        assert.strictEqual(result.status, 2, from);
        assert.match(result.stderr, /^porthole: /, from);
    }
    const both = await porthole(['top', '--once', '--from', 'prometheus=http://x', 'y:1']);
    assert.strictEqual(both.status, 2);
});

test('ten_thousand_instances_are_a_round', async (t) => {
    const labels = Array.from({ length: 10000 }, (_, i) => at(`host${i}:9090`));
    const bodies = new Map();
    const { url } = await answer(t, (request, response) => {
        const expr = new URL(request.url, 'http://x').searchParams.get('query');
        const value = isUp(expr) ? '1' : '5';

        if (!bodies.has(value))
            bodies.set(value, JSON.stringify({ status: 'success', data: {
                resultType: 'vector', result: labels.map((metric) =>
                    ({ metric, value: [1700000000, value] })) } }));
        response.setHeader('Content-Type', 'application/json');
        response.end(bodies.get(value));
    });
    const result = await top(url, '--json');

    assert.strictEqual(result.status, 0, result.stderr);
    assert.strictEqual(JSON.parse(result.stdout).totals.up, 10000);
});
