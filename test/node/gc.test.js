/* SPDX-License-Identifier: MIT */
/* Collections, counted against V8's own log. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { run } = require('./helper.js');

/*
 * The log is switched on after start() and off before the last look, so that both count the
 * same stretch; the gc() before that leaves the young generation empty, so that nothing is
 * collected between switching off and looking.
 */
const frame = (load) => `
    const v8 = require('v8'); const p = require('./addon');
    p.start(); v8.setFlagsFromString('--trace-gc');
    function finish() {
        gc(); v8.setFlagsFromString('--no-trace-gc');
        const { tick } = p.state().captured;
        setInterval(() => {
            const state = p.state();
            if (state.captured.tick < tick + 2) return;
            console.error(JSON.stringify(state.threads[0].gc));
            process.exit();
        }, 50);
    }
    ${load}`;

const loads = {
    short_lived_objects: `let n = 0;
        const timer = setInterval(() => {
            let list = []; for (let i = 0; i < 3e5; i++) list.push({ i, text: 'x' + i });
            if (++n === 20) { clearInterval(timer); finish(); }
        }, 1)`,
    promotion: `const kept = []; let n = 0;
        const timer = setInterval(() => {
            for (let i = 0; i < 1e5; i++) kept.push({ i, next: [i] });
            if (n % 7 === 6) kept.length = 0;
            if (++n === 25) { clearInterval(timer); finish(); }
        }, 1)`,
    a_blocked_loop: `const kept = [];
        for (let i = 0; i < 3e6; i++) { kept.push({ i }); if (i % 1e6 === 0) kept.length = 0; }
        finish()`,
    nothing: 'setTimeout(finish, 100)',
};

function traced(log)
{
    const count = (pattern) => (log.match(pattern) ?? []).length;

    return {
        full: count(/ms: (Incremental )?Mark-Compact/g),
        minor: count(/ms: (Scavenge|Minor Mark)/g),
    };
}

for (const [name, load] of Object.entries(loads)) {
    test(`counts_exactly_the_collections_that_trace_gc_prints_for_${name}`, async () => {
        const { code, stdout, stderr } = await run(['--expose-gc', '-e', frame(load)]);
        assert.strictEqual(code, 0, stderr);

        const gc = JSON.parse(stderr);

        const { full, minor } = traced(stdout);
        assert.deepStrictEqual([gc.num_full_gc, gc.num_minor_gc], [full, minor], stdout);
        assert.ok(full >= 1);
        assert.strictEqual(gc.heap_compactions, full);
        assert.ok(gc.pause_s > 0 && gc.pause_s < 60);
        assert.ok(gc.max.bytes >= gc.min.bytes);
    });
}
