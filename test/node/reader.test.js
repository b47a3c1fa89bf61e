/* SPDX-License-Identifier: MIT */
/* What tracked objects look like as JSON, and that reading them runs nothing. */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const vm = require('node:vm');
const { ROOT, evaluate, run } = require('./helper.js');
const { load } = require('../../addon/native.js');

const { binding } = load(process.platform, process.version);

binding.attach();

/* `options` as in addon/app.h. */
function text(value, options)
{
    return binding.serialize(value, options);
}

function read(value, options)
{
    return JSON.parse(text(value, options));
}

test('primitives come out as JSON, or as text that says what they are', () => {
    const object = { a: 1, b: 'x', c: null, d: undefined, e: true, f: 1.5, g: NaN, h: -0,
        i: 1e21, j: 123456789012, k: -Infinity, l: 1e-7, m: 0.1, n: 2 ** 31, o: -5,
        p: 123n, q: 2n ** 70n, r: Symbol('s'), s: Symbol(), t: Number.MIN_VALUE };

    assert.deepStrictEqual(read(object), { a: 1, b: 'x', c: null, e: true, f: 1.5, g: 'NaN',
        h: 0, i: 1e21, j: 123456789012, k: '-Infinity', l: 1e-7, m: 0.1, n: 2 ** 31, o: -5,
        p: '123n', q: '1180591620717411303424n', r: 'Symbol(s)', s: 'Symbol()',
        t: Number.MIN_VALUE });
});

test('numbers read back as they were', () => {
    for (let i = 0; i < 20000; i++) {
        const value = (Math.random() - 0.5) * 10 ** (Math.random() * 60 - 30);

        assert.strictEqual(Number(text(value)), value);
    }
});

test('objects that are one thing are shown as one', () => {
    const cases = [
        [new Date(0), '1970-01-01T00:00:00.000Z'], [new Date(NaN), 'Invalid Date'],
        [new Date(-1), '1969-12-31T23:59:59.999Z'],
        [new Date(8.64e15), new Date(8.64e15).toISOString()],
        [new Date(-8.64e15), new Date(-8.64e15).toISOString()],
        [/a"\/b/giu, '/a"\\/b/giu'], [function named() {}, '[Function: named]'],
        [(() => () => {})(), '[Function]'], [class Job {}, '[Function: Job]'],
        [new WeakMap(), '[WeakMap]'], [new WeakSet(), '[WeakSet]'],
        [new WeakRef({}), '[WeakRef]'], [Buffer.alloc(1024), '[Buffer 1024 bytes]'],
        [new Float64Array(8), '[Float64Array 8 items]'],
        [new ArrayBuffer(5), '[ArrayBuffer 5 bytes]'],
        [new SharedArrayBuffer(3), '[SharedArrayBuffer 3 bytes]'],
        [new DataView(new ArrayBuffer(7)), '[DataView 7 bytes]'],
        [Promise.resolve(), '[Promise fulfilled]'],
        [new Promise(() => {}), '[Promise pending]'],
        [new Number(1), 1], [new String('s'), 's'], [new Boolean(false), false],
        [Object(1n), '1n'], [Object(Symbol('b')), 'Symbol(b)'], [globalThis, '[global]'],
        [1n << 100000n, '[BigInt 100032 bits]'],
    ];

    for (const [value, expected] of cases)
        assert.deepStrictEqual(read(value), expected);
});

test('every date is what toISOString() says', () => {
    for (let i = 0; i < 20000; i++) {
        const date = new Date((Math.random() - 0.5) * 2 * 8.64e15);

        assert.strictEqual(read(date), date.toISOString());
    }
});

test('maps, sets, lists and errors are looked into', () => {
    const map = new Map([['a', 1], [2, 'b'], [{}, 3], [null, [4]]]);
    const error = Object.assign(new TypeError('bad'), { code: 'EX', extra: 1 });
    const named = Object.setPrototypeOf(new Error('m'),
        Object.create(Error.prototype, { name: { value: 'VError' } }));

    assert.deepStrictEqual(read(map), { a: 1, 2: 'b', '[Object]': 3, null: [4] });
    assert.deepStrictEqual(read(new Set([1, 'a', { q: 1 }])), [1, 'a', { q: 1 }]);
    assert.deepStrictEqual(read([undefined, , 3, [4]]), [null, null, 3, [4]]);
    assert.deepStrictEqual(read(error), { name: 'TypeError', message: 'bad', code: 'EX',
        extra: 1 });
    assert.deepStrictEqual(read(named), { name: 'VError', message: 'm' });
});

test('text is escaped, lone surrogates and NUL in keys are replaced', () => {
    const all = String.fromCharCode(...Array.from({ length: 0x250 }, (_, i) => i));

    assert.strictEqual(read(all), all);
    assert.strictEqual(read('a\ud800b\udc00'), 'a\ufffdb\ufffd');
    assert.strictEqual(read('😀'), '😀');
    assert.strictEqual(text({ 'k\0': 'v\0' }), '{"k\u2400":"v\\u0000"}');
    assert.deepStrictEqual(read({ 'ключ "1"\n': 1 }), { 'ключ "1"\n': 1 });
});

test('what is deep, long, broad or much is cut, and the cut is seen', () => {
    class Job {}
    const cycle = { a: {} };

    cycle.a.b = cycle;
    cycle.a.again = cycle.a;
    assert.deepStrictEqual(read({ a: { b: { c: {}, d: [1, 2], e: new Job(),
        f: new Map([[1, 2]]) } } }), { a: { b: { c: '[Object]', d: '[Array 2]', e: '[Job]',
        f: '[Map 1]' } } });
    assert.deepStrictEqual(read(cycle), { a: { b: '[Circular]', again: '[Circular]' } });
    assert.strictEqual(read('x'.repeat(5000)), `${'x'.repeat(1024)}… (5000 characters)`);
    assert.strictEqual(read(`${'ы'.repeat(1023)}😀`), `${'ы'.repeat(1023)}… (1025 characters)`);

    const list = read(Array.from({ length: 150 }, (_, i) => i));

    assert.deepStrictEqual([list.length, list[99], list[100]], [101, 99, '… 50 more']);

    const pairs = Array.from({ length: 10000 }, (_, i) => [`k${i}`, i]);
    const broad = read(Object.fromEntries(pairs));

    assert.strictEqual(Object.keys(broad).length, 201);
    assert.strictEqual(broad['…'], '9800 more');
});

test('no object is more than 64 KiB or 5,000 values, and it stays JSON', () => {
    for (let size = 1; size < 1200; size += 7) {
        const fat = Object.fromEntries(Array.from({ length: 150 }, (_, i) =>
            [`k${i}`, { s: '"\u0001é'[i % 3].repeat(size), t: [1, { u: 'v' }] }]));
        const json = text(fat);

        assert.ok(Buffer.byteLength(json) <= 65536);
        JSON.parse(json);
        assert.strictEqual(json.includes('"…":"cut"') || json.includes('… cut'),
            !json.includes('"k149"'));
    }
    const row = () => Array.from({ length: 100 }, () => [1, 2, 3]);
    const wide = Array.from({ length: 100 }, row);

    assert.match(text(wide, { depth: 4 }), /"… cut"\]+$/);
    read(wide, { depth: 4 });
});

test('10,000 levels and long chains of prototypes are no trouble', () => {
    let deep = {};
    let heir = { own: 1 };

    for (let i = 0; i < 10000; i++) {
        deep = { deep };
        heir = Object.setPrototypeOf({ own: 1 }, heir);
    }
    assert.match(text(deep, { depth: 16 }), /^(\{"deep":){16}"\[Object\]"\}{16}$/);
    assert.deepStrictEqual(read(heir), { own: 1 });
});

test('fields, depth and redaction are followed', () => {
    const object = { a: { b: { c: 1 } }, password: 'p', apiKey: 'k', 'X-API-KEY': 'x',
        myPin: 1, d: 2, accessToken: { t: 1 } };

    assert.deepStrictEqual(read(object, { fields: 'a,d', depth: 1 }), { a: '[Object]', d: 2 });
    assert.deepStrictEqual(read(object, { redact: 'pin', depth: 1 }), { a: '[Object]',
        password: '[redacted]', apiKey: '[redacted]', 'X-API-KEY': '[redacted]',
        myPin: '[redacted]', d: 2, accessToken: '[redacted]' });
    assert.strictEqual(read(object, { secrets: false }).password, 'p');
    assert.deepStrictEqual(read(new Map([['token', 1], ['a', 2]])),
        { token: '[redacted]', a: 2 });
});

const BINDING = `
    const { load } = require('./addon/native.js');
    const { binding } = load(process.platform, process.version);
    binding.attach();`;

/* Each of these would count if any of its code ran. */
const TRAPS = `
let ran = 0;
const trap = () => { ran++; throw new Error('ran'); };
const traps = Object.fromEntries(
    ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor']
    .map((name) => [name, trap]));
const proxy = new Proxy({}, traps);
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const own = (name, rest) => Object.defineProperty({}, name, { enumerable: true, ...rest });
const list = [1, , 3];
Object.defineProperty(list, 3, { enumerable: true, get: trap });
Object.setPrototypeOf(list, proxy);
const error = Object.defineProperty(new Error('m'), 'stack', { enumerable: true, get: trap });
Object.defineProperty(error, 'message', { get: trap });
const fresh = new Error('never formatted');
Error.prepareStackTrace = trap;
class Private { #x = 1; get x() { return trap(); } toJSON() { return trap(); } }
const evil = {
    getter: own('x', { get: trap }), setter: own('x', { set: trap }),
    indexed: own('7', { get: trap }), native: own('x', { get: process.hrtime.bigint }),
    proxied: own('x', { get: new Proxy(trap, {}) }),
    proxy, proxies: new Proxy(proxy, traps), revoked: revoked.proxy,
    callable: new Proxy(function () {}, traps), list, error, fresh,
    heir: Object.create(proxy), nothing: Object.create(null), frozen: Object.freeze({ a: 1 }),
    json: { toJSON: trap, toString: trap, valueOf: trap, [Symbol.toPrimitive]: trap },
    tag: Object.create({ get [Symbol.toStringTag]() { return trap(); } }),
    constructed: Object.create({ get constructor() { return trap(); } }),
    date: Object.assign(new Date(0), { toISOString: trap, toJSON: trap }),
    regexp: Object.defineProperty(/a/, 'source', { get: trap }),
    map: Object.assign(new Map([[{ toString: trap }, 1]]), { entries: trap, get: trap }),
    bytes: Object.defineProperty(new Uint8Array(3), 'length', { get: trap }),
    instance: new Private(), args: (function () { return arguments; })(1, 2), env: process.env,
};
Map.prototype[Symbol.iterator] = Set.prototype[Symbol.iterator] = trap;
Object.defineProperty(Array.prototype, 1, { get: trap, configurable: true });
`;

test('no getter, trap, toJSON, conversion or prepareStackTrace runs', async () => {
    const { value } = await evaluate(`
        ${BINDING}
        ${TRAPS}
        const json = binding.serialize(evil, { depth: 5 });
        const each = Object.keys(evil).map((name) => binding.serialize(evil[name]));
        delete Array.prototype[1];
        console.log(JSON.stringify({ ran, evil: JSON.parse(json), n: each.length }));`);

    assert.strictEqual(value.ran, 0);
    assert.strictEqual(value.n, 25);
    assert.deepStrictEqual(value.evil, {
        getter: { x: '[Getter]' }, setter: { x: '[Getter]' }, indexed: { 7: '[Getter]' },
        native: { x: '[Getter]' }, proxied: { x: '[Getter]' }, proxy: '[Proxy]',
        proxies: '[Proxy]', revoked: '[Proxy]', callable: '[Proxy]',
        list: [1, null, 3, '[Getter]'], error: { name: 'Error' },
        fresh: { name: 'Error', message: 'never formatted' }, heir: {}, nothing: {},
        frozen: { a: 1 },
        json: { toJSON: '[Function: trap]', toString: '[Function: trap]',
            valueOf: '[Function: trap]' },
        tag: {}, constructed: {}, date: '1970-01-01T00:00:00.000Z', regexp: '/a/',
        map: { '[Object]': 1 }, bytes: '[Uint8Array 3 items]', instance: {},
        args: { 0: 1, 1: 2 }, env: { '…': 'kept by native code' },
    });
});

test('objects of other realms, modules and detached buffers are safe', async () => {
    const foreign = vm.runInNewContext(
        '({ a: [1, new Date(0), new Map([[1, 2]])], p: new Proxy({}, {}) })');
    const buffer = new ArrayBuffer(8);
    const view = new Uint8Array(buffer);

    structuredClone(buffer, { transfer: [buffer] });
    assert.deepStrictEqual(read(foreign), { a: [1, '1970-01-01T00:00:00.000Z', { 1: 2 }],
        p: '[Proxy]' });
    assert.strictEqual(read(vm.runInNewContext('globalThis')), '[global]');
    assert.deepStrictEqual(read([buffer, view]), ['[ArrayBuffer 0 bytes]',
        '[Uint8Array 0 items]']);
    assert.strictEqual(read(await import('node:fs')), '[Module]');
    assert.strictEqual(read({ ns: await import('node:os') }).ns, '[Module]');
});

test('each allocation of the serialiser fails in turn and the host survives', async (t) => {
    const shim = path.join(ROOT, 'build', 'failalloc.so');

    if (!fs.existsSync(shim))
        return t.skip("build/failalloc.so is missing: 'make build/failalloc.so'");
    const program = `
        ${BINDING}
        const big = Object.fromEntries(Array.from({ length: 60 }, (_, i) =>
            ['k' + i, 'v'.repeat(999)]));
        const error = new Error('m');
        process.env.FAILALLOC = process.argv[1];
        const small = binding.serialize({ a: 1, error, list: [1, 2n] });
        const large = binding.serialize(big);
        const type = binding.obtainType('job');
        if (type !== -1) {
            binding.track(type, 'i'.repeat(100), big);
            binding.setRules(type, 'a,b', 'c', true, 2);
        }
        const left = Number(process.env.FAILALLOC);
        process.env.FAILALLOC = '0000';
        JSON.parse(small), JSON.parse(large);
        const after = binding.serialize(big).length;
        const errors = /"error":"no/.test(small + large);
        console.log(JSON.stringify({ left, after, errors }));`;
    let errors = 0;
    let n = 1;

    for (; ; n++) {
        const count = `${n}`.padStart(4, '0');
        const { code, signal, stdout, stderr } = await run(['-e', program, count],
            { env: { LD_PRELOAD: shim, FAILALLOC: '0000' } });

        assert.strictEqual(code, 0, `${n}: ${signal} ${stderr}`);
        const result = JSON.parse(stdout);

        assert.ok(result.after > 60000);
        errors += result.errors;
        if (result.left !== 0)
            break;
    }
    t.diagnostic(`${n - 1} allocations failed`);
    assert.ok(n > 8 && errors >= 3, `${n} ${errors}`);
});

test('passwords in URLs, heads of HTTP messages and whole names are secrets', () => {
    const shown = read({ url: 'postgres://bob:hunter2@db/x', wide: 'http://h/é∑://a:b@c',
        auth: 'x', pass: 1, JWT: 2, 'API.KEY': 5, _header: 'Cookie: a', rawHeaders: ['a'],
        header: 'ok', author: 'me', plain: 'http://h:80/a@b' });

    assert.deepStrictEqual(shown, { url: 'postgres://bob:*******@db/x',
        wide: 'http://h/é∑://a:*@c', auth: '[redacted]', pass: '[redacted]',
        JWT: '[redacted]', 'API.KEY': '[redacted]', _header: '[redacted]',
        rawHeaders: '[redacted]', header: 'ok', author: 'me', plain: 'http://h:80/a@b' });
});

test('a text of many megabytes is not laid flat to show its start', () => {
    let text = '';

    for (let i = 0; i < 2e6; i++)
        text += 'ab';
    assert.deepStrictEqual(read({ text }), { text: '[String 4000000 characters]' });
});
