/* SPDX-License-Identifier: MIT */
/*
 * A monotonic clock that costs nothing to load: perf_hooks takes a millisecond. The function
 * is kept as it is before the application can replace it.
 */
'use strict';

const { hrtime } = process;

function milliseconds()
{
    const [seconds, nanoseconds] = hrtime();

    return seconds * 1e3 + nanoseconds / 1e6;
}

function nanoseconds()
{
    const [seconds, fraction] = hrtime();

    return seconds * 1e9 + fraction;
}

module.exports = { milliseconds, nanoseconds };
