/* SPDX-License-Identifier: MIT */
/* The applications of test/apps/growth in compressed time, and what their agents say. */
'use strict';

const { once } = require('node:events');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { ROOT, get, launch, line } = require('./helper.js');

const LIVES_MS = 230000;

/**
 * Start one, which ends with the test `t`: { child, url, suspects() }.
 *
 * @param scale  its time and its agent's pass so many times as fast.
 */
async function grow(t, name, { scale, args = [], env = {} })
{
    const file = path.join(ROOT, 'test', 'apps', 'growth', `${name}.js`);
    const child = launch([file, ...args], {
        env: { PORTHOLE_TEST_TIME_SCALE: `${scale}`, PORTHOLE_TICK_MS: '50', ...env },
        livesMs: LIVES_MS,
    });
    t.after(() => {
        child.kill('SIGKILL');
        return once(child, 'close');
    });
    const { url } = JSON.parse(await line(child));

    return {
        child,
        url,
        suspects: async () => (await get(`${url}/suspects`)).body.suspects,
    };
}

/* In words, for the message of a test that fails. */
function told(suspects)
{
    return suspects.map(({ class: of, series, grade }) => `${of} ${grade}: ${series}`)
        .join(', ');
}

/**
 * Ask until `accept(suspects)` holds, for `patienceS` of our seconds at most: { suspects,
 * classes, ever }, the last answer, the classes of all answers, and those in words.
 */
async function follow(app, patienceS, accept)
{
    const end = performance.now() + patienceS * 1000;
    const classes = new Set();
    const ever = [];

    for (;;) {
        const suspects = await app.suspects();

        for (const { class: of } of suspects)
            classes.add(of);
        if (told(suspects) !== (ever.at(-1) ?? ''))
            ever.push(told(suspects));
        if (accept(suspects) || performance.now() > end)
            return { suspects, classes, ever };
        await sleep(250);
    }
}

module.exports = { grow, follow };
