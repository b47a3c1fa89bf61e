/* SPDX-License-Identifier: MIT */
/* Our hooks run in the middle of the application's code: what they meet may be anything. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { evaluate } = require('./helper.js');
const { randomSource } = require('../../addon/feeds/random.js');

/* What `body` makes of `out` in a process with an agent. */
const inside = async (body) => (await evaluate(`
    const EventEmitter = require('events'); const p = require('./addon');
    p.start(); console.log; process.stdout; const out = {};
    const say = (f) => { try { f(); return 'done'; } catch (e) { return e.message; } };
    ${body}
    console.log(JSON.stringify(out)); process.exit();`)).value;

const fill = `const make = () => { for (let i = 0; i < 100; i++) new EventEmitter(); };
    const fill = () => { const e = new EventEmitter().setMaxListeners(0);
        for (let i = 0; i < 40; i++) e.on('x', () => {}); };`;

test('survives_an_application_that_replaces_WeakRef', async () => {
    assert.deepStrictEqual(await inside(`${fill}
        globalThis.WeakRef = class { constructor() { throw new Error('mine'); } };
        out.make = say(make); out.fill = say(fill);
        delete globalThis.WeakRef;
        out.makeAgain = say(make); out.fillAgain = say(fill);`),
    { make: 'done', fill: 'done', makeAgain: 'done', fillAgain: 'done' });
});

test('survives_an_application_that_breaks_a_method_of_Array', async () => {
    assert.deepStrictEqual(await inside(`${fill}
        const { push } = Array.prototype;
        Array.prototype.push = () => { throw new Error('mine'); };
        out.make = say(make);
        Array.prototype.push = push;`), { make: 'done' });
});

test('leaves_errors_of_Node_as_they_are', async () => {
    assert.deepStrictEqual(await inside(`
        out.text = say(() => EventEmitter.call('text'));
        out.warning = say(() => process.emit('warning'));
        out.none = say(() => process.emit('warning', null));`),
    { text: "Cannot create property '_events' on string 'text'", warning: 'done',
        none: 'done' });
});

test('draws_nothing_from_the_random_numbers_of_the_application', async () => {
    const { drawn } = await inside(`let drawn = 0;
        Math.random = () => { drawn++; return 0.5; };
        p.close(); p.start();
        for (let i = 0; i < 3000; i++) new EventEmitter();
        out.drawn = drawn;`);

    assert.strictEqual(drawn, 0);
});

test('numbers_of_chance_are_spread_evenly_and_never_reach_1', () => {
    const random = randomSource(1);
    const parts = new Array(10).fill(0);

    for (let i = 0; i < 100000; i++)
        parts[Math.floor(random() * 10)]++;
    assert.strictEqual(parts.length, 10);
    for (const n of parts)
        assert(Math.abs(n - 10000) < 500, `${parts}`);
});
