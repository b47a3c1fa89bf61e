/* SPDX-License-Identifier: MIT */
/*
 * How wrong an estimate from a sample may be, also when the sample is small or empty.
 *
 * Each emitter in the sample stands for `weight` emitters with `n` listeners. The number of
 * the sampled follows a binomial distribution that is never wider than Poisson's, so that the
 * limits of Fay and Feuer (1997) for weighted sums of Poisson counts hold: a chi-square
 * quantile with as many degrees of freedom as the sample is worth, and for the upper limit
 * one more, unseen emitter of the largest contribution. For an empty sample that is 3.7 times
 * that contribution; a plain 1.96 standard errors would be nothing.
 */
'use strict';

const Z = 1.959964;
/* As many could be alive, of which none was sampled, with 2.5 %. */
const UNSEEN = 3.688879;

/* Wilson and Hilferty; 0.6 % short at 2 degrees of freedom for the upper quantile, and on the
 * safe side for the lower. */
function chiSquare(degrees, z)
{
    const a = 2 / (9 * degrees);
    const root = 1 - a + z * Math.sqrt(a);

    return root > 0 ? degrees * root ** 3 : 0;
}

/**
 * Between what limits the true sum lies with 95 %.
 *
 * @param sum       the estimate.
 * @param variance  its variance, estimated.
 * @param cap       the most that one sampled emitter may contribute; 0: all were counted.
 */
function limits(sum, variance, cap)
{
    const most = sum + cap;
    const scale = variance + cap * cap;

    return {
        low: variance > 0
            ? variance / (2 * sum) * chiSquare(2 * sum * sum / variance, -Z)
            : sum,
        high: scale > 0 ? scale / (2 * most) * chiSquare(2 * most * most / scale, Z) : sum,
    };
}

/** The standard error whose 1.96 fold reaches the farther limit. */
function standardError(sum, { low, high })
{
    return Math.max(high - sum, sum - low) / Z;
}

module.exports = { limits, standardError, UNSEEN };
