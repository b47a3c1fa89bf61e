/* SPDX-License-Identifier: MIT */
/* Bytes allocated and promoted, held against V8's own log of its collections. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { run } = require('./helper.js');

/* Both count from the end of one full collection to the beginning of another. */
const frame = (load) => `
    const v8 = require('v8');
    const { binding } = require('./addon/native.js').load(process.platform, process.version);
    binding.gcWatch(() => {}, false);
    const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
    globalThis.sink = null;
    function churn(n, keepOneIn) {
        let kept = [];
        for (let i = 0; i < n; i++) {
            globalThis.sink = { i, list: [i] };
            if (i % keepOneIn === 0) kept.push(globalThis.sink);
            if (kept.length > 1e5) kept = [];
        }
    }
    (async () => {
        churn(1e6, 10);
        v8.setFlagsFromString('--trace-gc-nvp');
        gc();
        const [, , , allocated, promoted] = binding.gcFigures();
        ${load}
        gc();
        v8.setFlagsFromString('--no-trace-gc-nvp');
        const after = binding.gcFigures();
        console.error(JSON.stringify([after[3] - allocated, after[4] - promoted]));
    })();`;

/* `name=value` up to Node 24, JSON since. */
const field = (line, names) =>
    Number(new RegExp(`\\b(?:${names})(?:=|":)(\\d+)`).exec(line)[1]);

function traced(log)
{
    const lines = log.split('\n').filter((line) => /\bgc(=|":")(s|ms|mc|mmc|mms)\b/.test(line));
    let allocated = 0;
    let promoted = 0;
    let rest = null;

    for (const line of lines) {
        if (rest !== null)
            allocated += field(line, 'total_size_before|start_object_size') - rest;
        rest = field(line, 'total_size_after|end_object_size');
        if (/\bgc(=|":")s\b/.test(line))
            promoted += field(line, 'promoted');
    }
    return { allocated, promoted, collections: lines.length };
}

/* The load, and how far off either sum may be. With few collections a second none is left
 * out. With many, seconds are short: on a busy machine one or two collections are looked at,
 * and decide how all the growth is divided (0.34 off was seen). */
const loads = {
    collections_in_close_succession: ['churn(4e7, 1e9);', 0.25, null],
    collections_that_promote: ['churn(3e7, 5);', 0.25, 0.6],
    rare_collections: [`for (let i = 0; i < 30; i++) {
        globalThis.kept = []; for (let k = 0; k < 4e4; k++) kept.push({ k, list: [k] });
        await sleep(200); }`,
        0.2, 0.4],
    large_objects: [`for (let i = 0; i < 1500; i++) {
        globalThis.sink = new Array(3e4).fill(i); churn(1e4, 10); }`, 0.3, null],
};

for (const [name, [load, allocatedWithin, promotedWithin]] of Object.entries(loads)) {
    test(`allocated_and_promoted_bytes_are_v8s_with_${name}`, async (t) => {
        const { code, stdout, stderr } = await run(['--expose-gc', '-e', frame(load)]);
        assert.strictEqual(code, 0, stderr);

        const [allocated, promoted] = JSON.parse(stderr);
        const v8s = traced(stdout);
        const says = `${JSON.stringify(v8s)}, ours ${allocated} ${promoted}`;

        t.diagnostic(says);
        assert.ok(v8s.collections > 5, says);
        assert.ok(Math.abs(allocated / v8s.allocated - 1) < allocatedWithin, says);
        if (promotedWithin !== null)
            assert.ok(Math.abs(promoted / v8s.promoted - 1) < promotedWithin, says);
    });
}

test('the_sums_never_fall_and_go_on_from_where_they_were_when_watched_again', async () => {
    const { code, stderr } = await run(['--expose-gc', '-e', `
        const { load } = require('./addon/native.js');
        const { binding } = load(process.platform, process.version);
        let last = [0, 0]; let fallen = 0;
        const look = () => {
            const [, , , ...sums] = binding.gcFigures();
            if (sums.some((sum, i) => sum < last[i])) fallen++;
            last = sums;
        };
        for (let round = 0; round < 30; round++) {
            const number = binding.gcWatch(() => {}, false);
            for (let i = 0; i < 40; i++) {
                globalThis.list = Array.from({ length: 3000 }, (_, n) => ({ n }));
                look(); if (i % 7 === 0) gc(); look();
            }
            binding.gcUnwatch(number); look();
        }
        console.error(JSON.stringify([fallen, last[0] > 1e6]));`]);

    assert.deepStrictEqual([code, stderr.trim()], [0, '[0,true]']);
});
