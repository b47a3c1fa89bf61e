/* SPDX-License-Identifier: MIT */
/* The document against INTERFACE section 2: every name, every type. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { get, launch, line, serve, until } = require('./helper.js');

/* 'number' | 'string' | 'boolean', with ? also null; [item]; { '*': any key }; objects. */
const pause = { '*': 'number' };
const extreme = { bytes: 'number?', when: 'string?' };
const loop = {
    state: 'string', blocked_ms: 'number', in_syscall: 'string?', turns: 'number',
    utilization: 'number',
    delay_ms: { mean: 'number', p50: 'number', p90: 'number', p99: 'number', max: 'number',
        buckets: [['number']] },
    blocks: { count: 'number', longest_ms: 'number', last_at: 'string?' },
};
const heap = {
    used_bytes: 'number', total_bytes: 'number', limit_bytes: 'number',
    external_bytes: 'number', array_buffers_bytes: 'number', malloced_bytes: 'number',
    native_contexts: 'number', detached_contexts: 'number',
    near_limit: 'number?', used_after_full_gc_bytes: 'number?',
    spaces: { new_space: 'any', old_space: 'any' },
};
const gc = {
    num_full_gc: 'number', num_inc_gc: 'number', num_minor_gc: 'number',
    heap_compactions: 'number', pause_s: 'number',
    pause_ms: { minor: pause, major: pause, incremental: pause, weakcb: pause },
    usage_trend: 'number', estimated_base: 'number', min: extreme, max: extreme,
};
const handles = { total: 'number', active: 'number', by_kind: { timer: {
    open: 'number', active: 'number', created: 'number?', closed: 'number?' } } };
const listeners = {
    total: 'number?', emitters: 'number?', standard_error: 'number?', counted_by: 'string',
    top: [{ emitter: 'string', event: 'string', listeners: 'number', most_on_one: 'number' }],
    max_exceeded: { count: 'number', last: 'string?' },
};
const shape = {
    porthole: { schema: 'number', version: 'string', cost: {
        cpu_ms: 'number', loop_ms: 'number', memory_bytes: 'number', missed_ticks: 'number' } },
    service: { name: 'string', component: 'string?', ident: 'string', version: 'string?',
        host: 'string', pid: 'number', node: 'string', started: 'string', uptime_s: 'number' },
    captured: { at: 'string', tick: 'number' },
    process: { rss_bytes: 'number', cpu_user_s: 'number', cpu_system_s: 'number',
        threads: 'number', fds: { open: 'number', limit: 'number?', by_kind: 'any' } },
    threads: [{ id: 'number', name: 'string', age_ms: 'number', loop, heap, gc, handles,
        resources: { '*': 'number' }, listeners }],
    sockets: { total: 'number', tcp: 'any', udp: 'number', unix: 'number' },
    objects: { '*': { count: 'number', created: 'number', released: 'number',
        collected: 'number', created_per_s: 'number?' } },
};

function mismatch(value, expected, path)
{
    if (typeof expected === 'string') {
        const good = expected === 'any' ? value !== undefined
            : (expected.endsWith('?') && value === null) ||
                typeof value === expected.replace('?', '');

        return good ? [] : [`${path}: ${expected} expected, ${JSON.stringify(value)} found`];
    }
    if (Array.isArray(expected)) {
        return Array.isArray(value)
            ? value.flatMap((item, i) => mismatch(item, expected[0], `${path}[${i}]`))
            : [`${path}: array expected`];
    }
    if (value === null || typeof value !== 'object')
        return [`${path}: object expected, ${JSON.stringify(value)} found`];
    return '*' in expected
        ? Object.keys(value).flatMap(
            (key) => mismatch(value[key], expected['*'], `${path}.${key}`))
        : Object.keys(expected).flatMap(
            (key) => mismatch(value[key], expected[key], `${path}.${key}`));
}

const APP = `const a = require('./addon').start({ service: 'api', component: 'web',
        version: '1.4.2', ident: 'web-3/1' });
    const EventEmitter = require('events');
    const emitter = new EventEmitter().setMaxListeners(0);
    for (let i = 0; i < 40; i++) emitter.on('data', () => {});
    const list = []; for (let i = 0; i < 2e6; i++) list.push({ i });
    globalThis.buffer = Buffer.alloc(3 << 20);
    setInterval(() => emitter.emit('x'), 100); console.log(a.url);`;

test('state_has_every_field_of_the_interface_with_its_type', async (t) => {
    const { child, state } = await serve(APP);
    t.after(() => child.kill('SIGKILL'));

    const document = await until(state, (s) => s.captured.tick > 3 &&
        s.threads[0].gc.num_full_gc > 0);

    assert.deepStrictEqual(mismatch(document, shape, 'state'), []);
    assert.strictEqual(document.porthole.schema, 1);
    const { name, component, ident, version, pid, node } = document.service;
    assert.deepStrictEqual({ name, component, ident, version, pid, node },
        { name: 'api', component: 'web', ident: 'web-3/1', version: '1.4.2', pid: child.pid,
            node: process.version });
});

test('state_shows_what_the_thread_has_published', async (t) => {
    const { child, state } = await serve(APP);
    t.after(() => child.kill('SIGKILL'));

    const { threads: [main] } = await until(state, (s) => s.captured.tick > 3 &&
        s.threads[0].listeners.total >= 40);

    assert.ok(main.heap.used_bytes > 1e6 && main.heap.used_bytes <= main.heap.total_bytes);
    assert.ok(main.heap.array_buffers_bytes >= 3 << 20);
    assert.strictEqual(main.resources.Timeout, 1);
    assert.ok(main.handles.by_kind.timer.open >= 1);
    assert.deepStrictEqual(main.listeners.top[0], { emitter: 'EventEmitter', event: 'data',
        listeners: 40, most_on_one: 40, emitters: 1, standard_error: 0 });
});

test('state_ages_with_the_loop_and_says_so', async (t) => {
    const { child, state } = await serve(`console.log(require('./addon').start().url);
        setTimeout(() => { for (;;); }, 300);`);
    t.after(() => child.kill('SIGKILL'));

    const old = await until(state, (s) => s.threads[0]?.age_ms > 500);

    assert.strictEqual(old.threads[0].loop.state, 'blocked');
});

test('state_shows_a_fresh_heap_although_the_loop_is_blocked', async (t) => {
    const { child, state } = await serve(`console.log(require('./addon').start().url);
        setTimeout(() => {
            const kept = [];
            for (;;) {
                kept.push(new Array(1000).fill({}));
                if (kept.length > 2e4) kept.length = 0;
            }
        }, 300);`);
    t.after(() => child.kill('SIGKILL'));

    const first = await until(state, (s) => s.threads[0]?.loop.state === 'blocked');
    const second = await until(state,
        (s) => s.threads[0].heap.used_bytes !== first.threads[0].heap.used_bytes);

    assert.ok(second.threads[0].gc.num_full_gc > 0);
    assert.strictEqual(second.threads[0].loop.state, 'blocked');
});

test('two_processes_on_one_port_number_both_answer', async (t) => {
    const env = { PORTHOLE_PORT: String(20000 + process.pid % 20000) };
    const code = "console.log(require('./addon').start().url); setInterval(() => {}, 1000)";
    const children = [launch(['-e', code], { env }), launch(['-e', code], { env })];
    t.after(() => children.forEach((child) => child.kill('SIGKILL')));

    const urls = await Promise.all(children.map(line));
    const answers = await Promise.all(urls.map((url) => get(`${url}/state`)));

    assert.notStrictEqual(urls[0], urls[1]);
    assert.deepStrictEqual(answers.map(({ body }) => body.service.pid),
        children.map(({ pid }) => pid));
});
