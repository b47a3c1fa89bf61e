/* SPDX-License-Identifier: MIT */
/*
 * Random lives of emitters, and whether porthole's estimates hold what is really there. Run
 * in a process of its own with --expose-gc: node churn.js FIRST_SEED SEEDS; prints what each
 * seed came to, as JSON.
 *
 * Nothing but the hooks, the samples and the collector are real: the clock moves when a seed
 * says so, and what would be published is kept.
 */
'use strict';

const EventEmitter = require('node:events');
const path = require('node:path');
const { setImmediate: turn } = require('node:timers/promises');
const { ListenerFeed } = require(path.join(__dirname, '../../addon/feeds/listeners.js'));

const OPERATIONS = 10000;
const HEAVY_ROWS = 20;
const STEPS_PER_ROUND = 40; /* more than a round takes */

/* mulberry32 */
function randomOf(seed)
{
    let a = seed * 2654435769 >>> 0;

    return () => {
        a = a + 0x6d2b79f5 | 0;
        let t = Math.imul(a ^ a >>> 15, 1 | a);

        t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
        return ((t ^ t >>> 14) >>> 0) / 4294967296;
    };
}

class Fake
{
    totals = null;
    kinds = [];
    heavy = [];
    collections = 1;

    fullCollections = () => this.collections;
    listenerTotals = (totals) => this.totals = totals;
    listenerKinds = (rows) => this.kinds = rows;
    heavyEmitters = (rows) => this.heavy = rows;
    setTargetKey = () => {};
    behindProxy = (object) => object;
    whoCalls = () => '';
}

/* Classes with several events, some of which are symbols. */
function makeClasses(random)
{
    return Array.from({ length: 1 + Math.floor(random() * 8) }, (_, i) => {
        const name = `Class${i}`;
        const events = Array.from({ length: 1 + Math.floor(random() * 5) }, (__, k) =>
            random() < 0.2 ? Symbol(`s${k}`) : `e${k}`);

        return { Class: { [name]: class extends EventEmitter {} }[name], events };
    });
}

class Life
{
    live = [];
    heavy = [];     /* a few that get far more listeners than others */
    now = 1e6;

    constructor(seed)
    {
        const watches = { each() {} };

        this.random = randomOf(seed);
        this.binding = new Fake();
        this.classes = makeClasses(this.random);
        this.weights = Object.keys(this.operations).map((name) =>
            this.operations[name].weight * 4 ** (this.random() * 2 - 1));
        this.feed = new ListenerFeed(this.binding, true, watches,
            { now: () => this.now, random: this.random });
    }

    pick(list)
    {
        return list[Math.floor(this.random() * list.length)];
    }

    add(how)
    {
        const entry = this.random() < 0.1 ? this.pick(this.heavy) : this.pick(this.live);

        entry?.emitter[how](this.pick(entry.events), () => {});
    }

    operations = {
        construct: { weight: 0.3, run: () => {
            const { Class, events } = this.pick(this.classes);
            const entry = { emitter: new Class().setMaxListeners(0), events };

            this.live.push(entry);
            if (this.heavy.length < 12 && this.random() < 0.05)
                this.heavy.push(entry);
        } },
        on: { weight: 0.25, run: () => this.add('on') },
        once: { weight: 0.1, run: () => this.add('once') },
        prepend: { weight: 0.06, run: () => this.add('prependListener') },
        off: { weight: 0.08, run: () => {
            const entry = this.pick(this.live);
            const event = entry && this.pick(entry.events);
            const [listener] = entry?.emitter.rawListeners(event) ?? [];

            if (listener !== undefined)
                entry.emitter.off(event, listener);
        } },
        removeAll: { weight: 0.02, run: () => this.pick(this.live)?.emitter
            .removeAllListeners() },
        drop: { weight: 0.15, run: () => {
            const at = Math.floor(this.random() * this.live.length);
            const [entry] = this.live.splice(at, 1);

            this.heavy = this.heavy.filter((other) => other !== entry);
        } },
        tick: { weight: 0.002, run: () => this.tick() },
        collect: { weight: 0.0004, run: () => this.collect() },
    };

    tick()
    {
        this.now += 1000;
        this.feed.sample();
    }

    collect()
    {
        global.gc();
        this.binding.collections++;
    }

    run()
    {
        const runs = Object.values(this.operations).map(({ run }) => run);
        const all = this.weights.reduce((a, b) => a + b);

        for (let i = 0; i < OPERATIONS; i++) {
            let at = this.random() * all;
            let k = 0;

            while (k < runs.length - 1 && (at -= this.weights[k]) > 0)
                k++;
            runs[k]();
        }
    }

    /* A collection, and a whole round. The first one may only end a marking that began
     * before the last emitters were dropped. */
    async settle()
    {
        for (let i = 0; i < 2; i++) {
            await turn();
            this.collect();
        }
        await turn();
        for (let i = 0; i < STEPS_PER_ROUND; i++)
            this.tick();
    }

    census()
    {
        const kinds = new Map();
        const heavy = [];
        let total = process.eventNames().reduce((n, e) => n + process.listenerCount(e), 0);

        for (const { emitter } of this.live) {
            for (const event of emitter.eventNames()) {
                const key = `${emitter.constructor.name} ${String(event)}`;
                const n = emitter.listenerCount(event);

                total += n;
                kinds.set(key, (kinds.get(key) ?? 0) + n);
                if (n >= 16)
                    heavy.push(`${key} ${n}`);
            }
        }
        return { total, kinds, heavy };
    }

    compare()
    {
        const { total, kinds, heavy } = this.census();
        const { totals } = this.binding;
        const rows = chunk(this.binding.kinds, 6).filter(([name]) => /^Class/.test(name));
        const told = chunk(this.binding.heavy, 7).filter(([, , n]) => n >= 16)
            .map(([name, event, n]) => `${name} ${event} ${n}`);

        return {
            exact: total, estimate: totals.total, low: totals.low, high: totals.high,
            held: totals.low <= total && total <= totals.high,
            heldByError: Math.abs(total - totals.total) <= 1.96 * totals.standardError + 1e-6,
            kinds: rows.length,
            kindsHeld: rows.filter(([name, event, n, , , error]) =>
                Math.abs(n - (kinds.get(`${name} ${event}`) ?? 0)) <= 1.96 * error).length,
            heavy: heavy.length,
            heavyExact: told.length === Math.min(heavy.length, HEAVY_ROWS) &&
                told.every((row) => heavy.includes(row)),
        };
    }
}

function chunk(flat, width)
{
    return Array.from({ length: flat.length / width }, (_, i) =>
        flat.slice(i * width, (i + 1) * width));
}

async function main(first, seeds)
{
    const results = [];

    for (let seed = first; seed < first + seeds; seed++) {
        const life = new Life(seed);

        life.run();
        await life.settle();
        results.push({ seed, ...life.compare() });
        life.feed.stop();
    }
    console.log(JSON.stringify(results));
}

main(Number(process.argv[2]), Number(process.argv[3]));
