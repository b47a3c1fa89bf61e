/* SPDX-License-Identifier: MIT */
/*
 * How often something may be done on the loop whose cost is not known beforehand: what takes
 * longer than FREE_MS is done so rarely that it costs at most 0.1 % of the loop's time, and
 * what takes longer than a slice of the loop may, 0.01 %. It has to take that long four
 * times in a row: the first time is a cold one, and the machine may have other things to do.
 */
'use strict';

const { milliseconds } = require('../clock.js');

const FREE_MS = 0.2;
const SPACING = 1000;
const SLICE_MS = 1;
const WIDE_SPACING = 10000;

class Pace
{
    #now;
    #next = 0;
    #lately = [0, 0, 0, 0];    /* what it took the last times */

    constructor(now = milliseconds)
    {
        this.#now = now;
    }

    /** Call `work`, unless it is too early for it. */
    run(work)
    {
        const began = this.#now();

        if (began < this.#next)
            return;
        work();

        this.#lately = [...this.#lately.slice(1), this.#now() - began];
        const took = Math.min(...this.#lately);
        const spacing = took > SLICE_MS ? WIDE_SPACING : SPACING;

        this.#next = took > FREE_MS ? began + took * spacing : 0;
    }
}

module.exports = { Pace };
