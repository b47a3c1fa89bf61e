/* SPDX-License-Identifier: MIT */
/*
 * What the agent says of applications that leak and of applications that do not, in compressed
 * time. Counts are suspect after half an hour, bytes after eight: hence the scales. What the
 * agent does on the loop, such as its census of listeners each second, keeps our time: at 1000
 * it would be told of four times an hour.
 */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { describe, test } = require('node:test');
const { follow, grow } = require('./growths.js');
const { line, runDir, until } = require('./helper.js');

const COUNTS = 60;      /* a minute in a second */
const BYTES = 1000;     /* 20 minutes in 1.2 s */
const DAYS = 2000;
const PATIENCE_S = 200;    /* it comes within 70 on a quiet machine */
const WATCHED_S = 6;    /* once there is a suspect, whether there comes another */
const HEALTHY_S = 48;

const leaking = [
    { name: 'closure', of: 'heap', scale: BYTES },
    { name: 'native', of: 'native', scale: BYTES },
    { name: 'listener', of: 'listeners', scale: COUNTS },
    { name: 'socket', of: 'sockets', scale: COUNTS },
    { name: 'object', of: 'objects', scale: COUNTS },
];

const healthy = [
    { name: 'cache', scale: BYTES },
    { name: 'daily', scale: DAYS },
    { name: 'warmup', scale: BYTES },
    { name: 'batch', scale: BYTES },
    { name: 'idle', scale: BYTES },
];

const isNews = ({ grade }) => grade === 'confirmed' || grade === 'urgent';

/* The files that the capture rules of a process have left. */
function captured({ pid })
{
    return fs.readdirSync(runDir)
        .filter((name) => name.startsWith(`${pid}-`) && name.endsWith('-histogram.json'))
        .map((name) => path.join(runDir, name));
}

/* Together: they take as long as one of them, and mostly wait. */
describe('applications that leak', { concurrency: leaking.length + 1 }, () => {
    for (const { name, of, scale } of leaking) {
        test(`${name}_leaks_${of}_and_nothing_else`, async (t) => {
            const app = await grow(t, name, { scale });
            const first = await follow(app, PATIENCE_S, (all) => all.length > 0);
            const then = await follow(app, WATCHED_S, () => false);

            assert.deepStrictEqual([...first.classes], [of], first.ever.join('; '));
            assert.deepStrictEqual([...then.classes], [of], then.ever.join('; '));
        });
    }

    test('a_suspect_is_told_to_the_application_and_leaves_evidence', async (t) => {
        const app = await grow(t, 'object', { scale: COUNTS,
            env: { PORTHOLE_CAPTURE: 'suspect:histogram' } });

        await follow(app, PATIENCE_S, (all) => all.length > 0);
        assert.deepStrictEqual(JSON.parse(await line(app.child)),
            { series: 'objects.job.count', grade: 'suspect' });
        const [file] = await until(() => captured(app.child), (files) => files.length > 0);

        assert.ok(Array.isArray(JSON.parse(fs.readFileSync(file)).rows), file);
    });
});

describe('applications that do not', { concurrency: healthy.length }, () => {
    for (const { name, scale } of healthy) {
        test(`${name}_leaks_nothing`, async (t) => {
            const app = await grow(t, name, { scale });
            const { suspects, ever } = await follow(app, HEALTHY_S, (all) => all.some(isNews));

            assert.deepStrictEqual(suspects, [], ever.join('; '));
        });
    }
});
