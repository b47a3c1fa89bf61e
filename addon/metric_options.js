/* SPDX-License-Identifier: MIT */
/*
 * What a metric may be: the arguments of counter(), gauge() and histogram(). The agent has the
 * same rules; here they are a mistake in the caller's code, and are said at once.
 */
'use strict';

const MAX_LABELS = 8;
const MAX_BUCKETS = 64;
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]{0,62}$/;
/* As prom-client: seconds, for requests over a network. */
const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

function wrong(Class, message)
{
    return Object.assign(new Class(message), { code: 'PORTHOLE_METRIC' });
}

function checkName(name)
{
    if (typeof name !== 'string')
        throw wrong(TypeError, 'name of a metric must be a string');
    if (!NAME.test(name)) {
        throw wrong(RangeError, `name of a metric must be 1 .. 63 of a-z, A-Z, 0-9 and _, ` +
            `and not begin with a digit: '${name.slice(0, 80)}'`);
    }
}

function checkLabels(name, labels)
{
    if (!Array.isArray(labels) || !labels.every((label) => typeof label === 'string'))
        throw wrong(TypeError, `labels of metric '${name}' must be an array of strings`);
    if (labels.length > MAX_LABELS)
        throw wrong(RangeError, `metric '${name}' may have ${MAX_LABELS} labels at most`);
    labels.forEach((label, i) => {
        if (!NAME.test(label) || label.startsWith('__') || label === 'le')
            throw wrong(RangeError, `metric '${name}' cannot have a label '${label}'`);
        if (labels.indexOf(label) !== i)
            throw wrong(RangeError, `metric '${name}' has label '${label}' twice`);
    });
    return [...labels];
}

function checkBuckets(name, buckets)
{
    if (!Array.isArray(buckets) || !buckets.every((bound) => typeof bound === 'number'))
        throw wrong(TypeError, `buckets of metric '${name}' must be an array of numbers`);
    const bounds = buckets.at(-1) === Infinity ? buckets.slice(0, -1) : [...buckets];

    if (bounds.length < 1 || bounds.length > MAX_BUCKETS)
        throw wrong(RangeError, `metric '${name}' must have 1 .. ${MAX_BUCKETS} buckets`);
    bounds.forEach((bound, i) => {
        if (!Number.isFinite(bound) || (i !== 0 && bound <= bounds[i - 1])) {
            throw wrong(RangeError, `buckets of metric '${name}' must be finite and growing: ` +
                `${bound}`);
        }
    });
    return bounds;
}

/**
 * The arguments as they will be used: { kind, name, help, labels, buckets }.
 *
 * @throws TypeError, RangeError that name the argument.
 */
function checkMetric(kind, name, help = '', options = {})
{
    checkName(name);
    if (typeof help !== 'string')
        throw wrong(TypeError, `help of metric '${name}' must be a string`);
    if (typeof options !== 'object' || options === null)
        throw wrong(TypeError, `options of metric '${name}' must be an object`);
    const { labels = [], buckets, ...others } = options;
    const [unknown] = Object.keys(others);

    if (unknown !== undefined)
        throw wrong(TypeError, `unknown option '${unknown}' of metric '${name}'`);
    if (buckets !== undefined && kind !== 'histogram')
        throw wrong(TypeError, `'${name}' is a ${kind}: only a histogram has buckets`);
    return {
        kind,
        name,
        help: help.replaceAll('\0', '\u2400'),
        labels: checkLabels(name, labels),
        buckets: kind === 'histogram' ? checkBuckets(name, buckets ?? DEFAULT_BUCKETS) : [],
    };
}

function isSameList(a, b)
{
    return a.length === b.length && a.every((item, i) => Object.is(item, b[i]));
}

/** @throws RangeError if a metric of that name is there with another kind, labels, buckets. */
function checkSame(known, spec)
{
    for (const what of ['kind', 'labels', 'buckets']) {
        const same = what === 'kind'
            ? known.kind === spec.kind
            : isSameList(known[what], spec[what]);

        if (!same) {
            throw wrong(RangeError, `metric '${spec.name}' is there already with other ` +
                `${what}: ${[known[what]].flat().join(', ') || 'none'}`);
        }
    }
}

function tooMany(name, max)
{
    return wrong(RangeError, `cannot make metric '${name}': there are ${max} series`);
}

module.exports = { checkMetric, checkSame, tooMany };
