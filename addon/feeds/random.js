/* SPDX-License-Identifier: MIT */
/*
 * Chance of our own. The application's Math.random() is left alone: it may be a function of
 * the application's, or seeded, and whoever draws from it changes what the next one gets.
 */
'use strict';

const { hrtime, pid } = process;
const { imul } = Math;

/** A source of numbers from 0 up to, not including, 1: mulberry32. */
function randomSource(seed = hrtime()[1] ^ pid)
{
    let state = seed;

    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let x = imul(state ^ (state >>> 15), state | 1);

        x = (x + imul(x ^ (x >>> 7), x | 61)) ^ x;
        return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
    };
}

module.exports = { randomSource };
