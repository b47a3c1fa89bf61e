/* SPDX-License-Identifier: MIT */
/* Whose doing a leak is: two processes that leak with each request, one of which has twice as
 * many. */
'use strict';

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const { follow, grow } = require('./growths.js');
const { ROOT } = require('./helper.js');

const SCALE = 1000;
const PATIENCE_S = 100;
const REQUESTS = /^http\.server\.(started|finished)$/;

/* Suspects of the heap that have been asked about: a suspect's causes come ticks after it. */
function isAccused(suspects)
{
    return suspects.some(({ class: of, moves_with: moves }) => of === 'heap' && moves.length);
}

function porthole(...args)
{
    return new Promise((resolve) => {
        execFile(path.join(ROOT, 'build', 'porthole'), args,
            (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
    });
}

test('a_leak_with_each_request_moves_with_requests_and_is_twice_as_fast_with_twice_as_many',
    async (t) => {
        const apps = await Promise.all(['moody', 'double'].map((traffic) =>
            grow(t, 'visits', { scale: SCALE, args: [traffic] })));
        const found = await Promise.all(apps.map((app) => follow(app, PATIENCE_S, isAccused)));

        for (const { suspects, ever } of found) {
            const { moves_with: [first] } = suspects.find(({ class: of }) => of === 'heap') ??
                assert.fail(ever.join('; '));

            assert.match(first.series, REQUESTS);
        }
        const { code, stdout, stderr } = await porthole('suspects',
            ...apps.map(({ url }) => new URL(url).host));
        const text = stdout.replace(/\s+/g, ' ');

        assert.deepStrictEqual({ code, stderr }, { code: 1, stderr: '' });
        assert.match(text, /grows in 2 of 2; (twice|1\.[89] times|2\.1 times) as fast where/);
        assert.match(text, /where http\.server\.(started|finished) are (twice|.+ times) as/);
    });
