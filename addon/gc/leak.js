/* SPDX-License-Identifier: MIT */
/*
 * memwatch's rule: the heap has grown over five consecutive full collections. Kept for those
 * who rely on it; healthy processes trip over it daily (porthole's own verdict does not).
 */
'use strict';

const RISES = 5;
const MS_PER_HOUR = 3600000;

const UNITS = ['bytes', 'kb', 'mb', 'gb', 'tb'];

/** As memwatch writes sizes: '11.67 mb'. */
function niceSize(bytes)
{
    let size = Math.abs(bytes);
    let unit = 0;

    while (size >= 1024 && unit < UNITS.length - 1) {
        size /= 1024;
        unit++;
    }
    const digits = unit === 0 ? size.toFixed(0) : size.toFixed(2);

    return `${bytes < 0 ? '-' : ''}${digits} ${UNITS[unit]}`;
}

/** '20s', '3m 20s', '1h 5m 0s' */
function niceSpan(ms)
{
    const s = Math.round(ms / 1000);
    const parts = [`${s % 60}s`];

    if (s >= 60)
        parts.unshift(`${Math.floor(s / 60) % 60}m`);
    if (s >= 3600)
        parts.unshift(`${Math.floor(s / 3600)}h`);
    return parts.join(' ');
}

function reasonOf(growth, ms)
{
    const rate = ms > 0 ? ` - ${niceSize(growth / ms * MS_PER_HOUR)}/hr` : '';

    return `heap growth over ${RISES} consecutive GCs (${niceSpan(ms)})${rate}`;
}

class LeakRule
{
    #last = null;
    #rises = 0;
    #first = null;

    /** One more full collection; what to report of a leak, or null. */
    add(bytes, unixMs)
    {
        const rose = this.#last !== null && bytes > this.#last;

        if (rose && this.#rises === 0)
            this.#first = { bytes, unixMs };
        this.#rises = rose ? this.#rises + 1 : 0;
        this.#last = bytes;
        if (this.#rises < RISES)
            return null;
        this.#rises = 0;
        return {
            start: new Date(this.#first.unixMs),
            end: new Date(unixMs),
            growth: bytes - this.#first.bytes,
            reason: reasonOf(bytes - this.#first.bytes, unixMs - this.#first.unixMs),
        };
    }
}

module.exports = { LeakRule, niceSize };
