/* SPDX-License-Identifier: MIT */
/*
 * The application's own numbers. Their contract is in index.d.ts.
 *
 * A number is a cell of a Float64Array that the agent reads from its own thread: an update
 * is one plain store, with or without an agent. Only a new series calls native code. Once a
 * page is made it is never let go of: the agent may hold it.
 */
'use strict';

const { checkMetric, checkSame, tooMany } = require('./metric_options.js');

const PAGE_CELLS = 512;     /* 4 KiB */
const MAX_CHILDREN = 1000;  /* as PORTHOLE_MAX_CHILDREN and _SERIES: also without an agent */
const MAX_SERIES = 4096;
const LONGEST_VALUE = 256;  /* the agent shows less of it */
const REST = '(other)';

/* Hands out cells. Thousands of counters share few pages. */
class Pages
{
    #page = null;
    #used = PAGE_CELLS;

    take(n)
    {
        if (this.#used + n > PAGE_CELLS) {
            this.#page = new Float64Array(PAGE_CELLS);
            this.#used = 0;
        }
        const at = this.#used;

        this.#used += n;
        return { page: this.#page, at };
    }
}

/* ---- One series --------------------------------------------------------------------- */

/* `amount === amount - 0` would do for NaN, but a string must not be added to a cell. */
class CounterChild
{
    #page;
    #at;

    constructor({ page, at })
    {
        this.#page = page;
        this.#at = at;
    }

    inc(amount = 1)
    {
        if (typeof amount === 'number' && amount >= 0 && amount < Infinity)
            this.#page[this.#at] += amount;
    }
}

function stopwatch(done)
{
    const began = process.hrtime();

    return (...more) => {
        const [seconds, ns] = process.hrtime(began);
        const elapsed = seconds + ns / 1e9;

        done(elapsed, ...more);
        return elapsed;
    };
}

class GaugeChild
{
    #page;
    #at;

    constructor({ page, at })
    {
        this.#page = page;
        this.#at = at;
    }

    set(value)
    {
        if (Number.isFinite(value))
            this.#page[this.#at] = value;
    }

    inc(amount = 1)
    {
        if (Number.isFinite(amount))
            this.#page[this.#at] += amount;
    }

    dec(amount = 1)
    {
        if (Number.isFinite(amount))
            this.#page[this.#at] -= amount;
    }

    startTimer()
    {
        return stopwatch((elapsed) => this.set(elapsed));
    }
}

class HistogramChild
{
    #page;
    #at;
    #bounds;

    constructor({ page, at }, bounds)
    {
        this.#page = page;
        this.#at = at;
        this.#bounds = bounds;
    }

    observe(value)
    {
        const bounds = this.#bounds;
        let i = 0;

        if (!Number.isFinite(value))
            return;
        while (i < bounds.length && value > bounds[i])
            i++;
        this.#page[this.#at + i] += 1;
        this.#page[this.#at + bounds.length + 1] += value;
    }

    startTimer()
    {
        return stopwatch((elapsed) => this.observe(elapsed));
    }
}

/* ---- The series of one name ---------------------------------------------------------- */

/* As long as a label can be told, and not the slice of a text that would be kept with it. */
function cut(text)
{
    return text.length <= LONGEST_VALUE
        ? text
        : Buffer.from(text.slice(0, LONGEST_VALUE), 'utf16le').toString('utf16le');
}

function textOf(value)
{
    if (typeof value === 'string')
        return cut(value);
    try {
        return value === undefined ? '' : cut(String(value));
    } catch {
        return ''; /* it has no text, or its toString() throws */
    }
}

/* Finds a child by the values of its labels: a map of maps, for no separator is safe. */
class Children
{
    #spec;
    #create;
    #tree = new Map();
    #size = 0;
    #rest = null;

    constructor(spec, create)
    {
        this.#spec = spec;
        this.#create = create;
    }

    /* Most often there, and then nothing is allocated. */
    byObject(labels)
    {
        const names = this.#spec.labels;
        let node = this.#tree;
        let given = 0;

        for (let i = 0; i < names.length; i++) {
            const has = Object.hasOwn(labels, names[i]);

            given += has ? 1 : 0;
            node = node?.get(has ? textOf(labels[names[i]]) : '');
        }
        for (const name in labels) /* no label of ours is inherited */
            given -= Object.hasOwn(labels, name) ? 1 : 0;
        if (given !== 0)
            this.#refuse(labels);
        return node ?? this.#make(names.map((name) =>
            textOf(Object.hasOwn(labels, name) ? labels[name] : undefined)));
    }

    byValues(values)
    {
        const { labels, name } = this.#spec;
        let node = this.#tree;

        if (values.length !== labels.length) {
            throw new TypeError(`metric '${name}' has ${labels.length} labels, ` +
                `not ${values.length}`);
        }
        const texts = values.map(textOf);

        for (const text of texts)
            node = node?.get(text);
        return node ?? this.#make(texts);
    }

    #refuse(labels)
    {
        const { labels: known, name } = this.#spec;
        const unknown = Object.keys(labels).find((label) => !known.includes(label));

        if (unknown !== undefined)
            throw new TypeError(`metric '${name}' has no label '${unknown}'`);
    }

    #make(texts)
    {
        if (this.#size < MAX_CHILDREN) {
            const child = this.#create(texts);

            if (child !== null) {
                this.#keep(texts, child);
                return child;
            }
        }
        this.#rest ??= this.#create(texts.map(() => REST), true);
        return this.#rest;
    }

    #keep(texts, child)
    {
        const last = texts.length - 1;
        let node = this.#tree;

        this.#size++;
        for (let i = 0; i < last; i++) {
            if (!node.has(texts[i]))
                node.set(texts[i], new Map());
            node = node.get(texts[i]);
        }
        node.set(texts[last], child);
    }
}

/* What counters, gauges and histograms have in common. */
class Metric
{
    #spec;
    #children;
    #own = null;

    constructor(spec, create)
    {
        this.#spec = spec;
        this.#children = new Children(spec, create);
        if (spec.labels.length === 0)
            this.#own = create([]);
    }

    get name()
    {
        return this.#spec.name;
    }

    labels(...values)
    {
        const [first] = values;

        if (typeof first === 'object' && first !== null)
            return this._of(first);
        return values.length === 0 ? this._own() : this.#children.byValues(values);
    }

    /* The series without labels; of a labelled metric, the one whose values are all empty. */
    _own()
    {
        this.#own ??= this.#children.byObject({});
        return this.#own;
    }

    _of(labels)
    {
        if (this.#spec.labels.length !== 0)
            return this.#children.byObject(labels);
        for (const name of Object.keys(labels))
            throw new TypeError(`metric '${this.#spec.name}' has no label '${name}'`);
        return this.#own;
    }
}

/* Is the first argument the labels, or is it left out? */
function isLabels(value)
{
    return typeof value === 'object' && value !== null;
}

class Counter extends Metric
{
    inc(first, second)
    {
        if (isLabels(first))
            this._of(first).inc(second);
        else
            this._own().inc(first);
    }
}

class Gauge extends Metric
{
    set(first, second)
    {
        if (isLabels(first))
            this._of(first).set(second);
        else
            this._own().set(first);
    }

    inc(first, second)
    {
        if (isLabels(first))
            this._of(first).inc(second);
        else
            this._own().inc(first);
    }

    dec(first, second)
    {
        if (isLabels(first))
            this._of(first).dec(second);
        else
            this._own().dec(first);
    }

    startTimer(labels = {})
    {
        return stopwatch((elapsed, more) => this._of({ ...labels, ...more }).set(elapsed));
    }
}

class Histogram extends Metric
{
    observe(first, second)
    {
        if (isLabels(first))
            this._of(first).observe(second);
        else
            this._own().observe(first);
    }

    startTimer(labels = {})
    {
        return stopwatch((elapsed, more) => this._of({ ...labels, ...more }).observe(elapsed));
    }
}

const kinds = {
    counter: { Face: Counter, Child: CounterChild },
    gauge: { Face: Gauge, Child: GaugeChild },
    histogram: { Face: Histogram, Child: HistogramChild },
};

/* ---- All of this thread ------------------------------------------------------------- */

class Metrics
{
    #warn;
    #pages = new Pages();
    #byName = new Map(); /* { spec, face, family, series: [{ texts, page, at }] } */
    #size = 0;
    #binding = null;     /* while there is an agent */

    constructor(warn)
    {
        this.#warn = warn;
    }

    counter(name, help, options)
    {
        return this.#get('counter', name, help, options);
    }

    gauge(name, help, options)
    {
        return this.#get('gauge', name, help, options);
    }

    histogram(name, help, options)
    {
        return this.#get('histogram', name, help, options);
    }

    /* Once this thread is observed: show what there is, and from now on what comes. */
    attach(binding)
    {
        this.#binding = binding;
        for (const metric of this.#byName.values()) {
            this.#addFamily(metric);
            for (const series of metric.series)
                this.#lend(metric, series);
        }
    }

    detach()
    {
        this.#binding = null;
    }

    #get(kind, name, help, options)
    {
        const spec = checkMetric(kind, name, help, options);
        const known = this.#byName.get(name);

        if (known !== undefined) {
            checkSame(known.spec, spec);
            return known.face;
        }
        if (this.#byName.size === MAX_SERIES || this.#size >= MAX_SERIES)
            throw tooMany(name, MAX_SERIES);
        const metric = { spec, face: null, family: null, series: [] };

        this.#addFamily(metric);
        metric.face = new kinds[kind].Face(spec,
            (texts, always) => this.#create(metric, texts, always));
        this.#byName.set(name, metric);
        return metric.face;
    }

    /* null: there are too many, unless there must be one more `always`. */
    #create(metric, texts, always = false)
    {
        const { kind, buckets } = metric.spec;

        if (this.#size >= MAX_SERIES && !always)
            return null;
        this.#size++;
        const cells = this.#pages.take(kind === 'histogram' ? buckets.length + 2 : 1);
        const series = { texts, ...cells };

        metric.series.push(series);
        this.#lend(metric, series);
        return new kinds[kind].Child(cells, buckets);
    }

    #addFamily(metric)
    {
        const { kind, name, help, labels, buckets } = metric.spec;

        if (this.#binding === null)
            return;
        const family = this.#binding.addFamily(kind, name, help, labels, buckets);

        metric.family = typeof family === 'number' ? family : null;
        if (metric.family === null)
            this.#warn(`cannot show metric '${name}': ${family}`, 'PORTHOLE_METRIC');
    }

    #lend(metric, { texts, page, at })
    {
        if (this.#binding === null || metric.family === null)
            return;
        const values = texts.map((text) => text.replaceAll('\0', '\u2400'));

        if (!this.#binding.lend(metric.family, values, page.buffer, at)) {
            this.#warn(`cannot show all series of metric '${metric.spec.name}': ` +
                'too many in all threads, or out of memory', 'PORTHOLE_METRIC');
        }
    }
}

module.exports = { Metrics };
