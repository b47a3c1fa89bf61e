/* SPDX-License-Identifier: MIT */
/* What the benchmarks do with their samples. Medians throughout: a machine with other work
 * to do disturbs single rounds, not most of them. */
'use strict';

function quantile(values, q)
{
    const sorted = [...values].sort((a, b) => a - b);
    const at = (sorted.length - 1) * q;
    const low = sorted[Math.floor(at)];

    return low + (sorted[Math.ceil(at)] - low) * (at % 1);
}

function median(values)
{
    return quantile(values, 0.5);
}

/**
 * The median, the middle half, and how sure the median itself is: the interval between the
 * order statistics that holds it with at least 95 %, whatever the distribution. null for
 * samples too few to say.
 */
function summarize(values)
{
    const sorted = [...values].sort((a, b) => a - b);
    const k = tail(sorted.length);

    return {
        n: values.length,
        median: median(values),
        quartiles: [quantile(values, 0.25), quantile(values, 0.75)],
        interval95: k < 0 ? null : [sorted[k], sorted[sorted.length - 1 - k]],
    };
}

/* The largest k with P(Binomial(n, 1/2) <= k) at most 2.5 %; -1: there is none. */
function tail(n)
{
    let k = -1;
    let term = 2 ** -n;

    for (let sum = term; sum <= 0.025; sum += term) {
        k++;
        term *= (n - k) / (k + 1);
    }
    return k;
}

module.exports = { quantile, median, summarize };
