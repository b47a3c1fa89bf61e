/* SPDX-License-Identifier: MIT */
/*
 * node test/bench/update.js: nanoseconds per update of a metric, porthole's and
 * prom-client's, as JSON. A process of its own, so that the engine has seen only these
 * loops; the agent runs and reads all the time.
 *
 * What is added comes from a list, and at the end the agent must show the exact sum: a loop
 * that the engine had thrown away would be found out.
 */
'use strict';

const prom = require('prom-client');
const porthole = require('../../addon');

const ROUNDS = 15;
const FAST = 2048 * 1024;   /* updates per round */
const SLOW = 200 * 1024;    /* by object: a hundred times as much work with prom-client */
const AMOUNTS = Float64Array.from({ length: 1024 }, (_, i) => 1 + i % 3);
const LABELS = ['method', 'code'];
const GIVEN = { method: 'GET', code: '200' };
const TICK_MS = 200;

porthole.start({ port: 0, runDir: '', tickMs: TICK_MS });
const ours = {
    counter: porthole.counter('bench_counter', 'Counter.'),
    bound: porthole.counter('bench_bound', 'Bound.', { labels: LABELS }).labels(GIVEN),
    labelled: porthole.counter('bench_labelled', 'Labelled.', { labels: LABELS }),
    gauge: porthole.gauge('bench_gauge', 'Gauge.'),
    histogram: porthole.histogram('bench_histogram', 'Histogram.'),
};
const theirs = {
    counter: new prom.Counter({ name: 'bench_counter', help: 'Counter.' }),
    bound: new prom.Counter({ name: 'bench_bound', help: 'Bound.', labelNames: LABELS })
        .labels(GIVEN),
    labelled: new prom.Counter({ name: 'bench_labelled', help: 'Labelled.',
        labelNames: LABELS }),
    gauge: new prom.Gauge({ name: 'bench_gauge', help: 'Gauge.' }),
    histogram: new prom.Histogram({ name: 'bench_histogram', help: 'Histogram.' }),
};

let made = 0;

/* A call site that has seen several classes is a slow one, and an application's has not: each
 * loop is a function of its own. Equal texts would share one, with what it has seen. */
function loop(call)
{
    return new Function('m', 'a', 'n',
        `for (let i = 0; i < n; i++) m.${call}; /* ${made++} */`);
}

function loops(m)
{
    return {
        counter: [FAST, loop('inc(a[i & 1023])'), m.counter],
        bound: [FAST, loop('inc(a[i & 1023])'), m.bound],
        labelled: [SLOW, loop('inc({ method: "GET", code: "200" }, a[i & 1023])'), m.labelled],
        gauge: [FAST, loop('set(a[i & 1023])'), m.gauge],
        histogram: [FAST, loop('observe(a[i & 1023])'), m.histogram],
    };
}

/* In runs of a thousand, as a busy function is called: a single long one would be measured
 * before the engine has optimised it. */
function nsPerUpdate([n, run, metric])
{
    const began = process.hrtime.bigint();

    for (let i = 0; i < n; i += AMOUNTS.length)
        run(metric, AMOUNTS, AMOUNTS.length);
    return Number(process.hrtime.bigint() - began) / n;
}

/* What the counters must have reached. */
function sumOf(n)
{
    let sum = 0;

    for (let i = 0; i < n; i++)
        sum += AMOUNTS[i & 1023];
    return sum * ROUNDS;
}

function measure()
{
    const mine = loops(ours);
    const other = loops(theirs);
    const result = {};

    for (const what of Object.keys(mine)) {
        const rounds = Array.from({ length: ROUNDS },
            () => ({ porthole: nsPerUpdate(mine[what]), prom: nsPerUpdate(other[what]) }));
        const best = (who) => Math.min(...rounds.map((round) => round[who]));

        result[what] = { porthole: best('porthole'), prom: best('prom') };
    }
    return result;
}

const result = measure();

setTimeout(() => {
    const { bench_counter: plain, bench_bound: [bound], bench_labelled: [labelled] } =
        porthole.state().metrics;

    result.exact = plain === sumOf(FAST) && bound.value === sumOf(FAST) &&
        labelled.value === sumOf(SLOW);
    console.log(JSON.stringify(result));
    porthole.close();
}, 3 * TICK_MS);
