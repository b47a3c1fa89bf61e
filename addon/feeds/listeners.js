/* SPDX-License-Identifier: MIT */
/*
 * How many event listeners there are, and on whom they pile up.
 *
 * Four sources, each of which may be missing, and `countedBy` says which ones count:
 *  - MaxListenersExceededWarning, which Node raises once per emitter and event;
 *  - hooks on EventEmitter.prototype.on and its like, and on addEventListener, which look
 *    only at lengths that are a power of two from 16 up;
 *  - a hook on EventEmitter.init, which samples the emitters (census.js), and the same for
 *    the first listener of an event of an EventTarget;
 *  - `process` and what porthole.watch() names: counted each time.
 * Emitters made before start(), or without EventEmitter's constructor (mixed in), are seen
 * from 16 listeners of one event on.
 */
'use strict';

const EventEmitter = require('events');
const path = require('path');
const { milliseconds } = require('../clock.js');
const { Census } = require('./census.js');
const { harmless } = require('./harmless.js');
const { HeavyEmitters, EVENTS_PER_WATCH } = require('./heavy.js');
const { Hooks } = require('./hooks.js');
const { Kinds } = require('./kinds.js');
const { limits, standardError } = require('./interval.js');
const reading = require('./reading.js');
const { THRESHOLD, isThreshold, wrapAdder, wrapInit } = require('./emitters.js');
const targeting = require('./targets.js');

const { emitters, className, eventText, isObject, ownData, MANY_EVENTS } = reading;
const { targets } = targeting;

const STEP_MS = 1000;       /* the census keeps its pace whatever the tick */
const WATCHED_PER_STEP = 512; /* events of watched emitters looked at in one go */
const ROWS = 20;
const HOME = `${path.dirname(__dirname)}${path.sep}`;

/* As it is before the application can replace it. */
const targetPrototype = EventTarget.prototype;

/* A number and its text are one event. */
function eventKey(type)
{
    return typeof type === 'symbol' ? type : String(type);
}

class ListenerFeed
{
    #binding;
    #live;                  /* false: every hook is a plain pass-through */
    #watches;
    #now;
    #hooks = new Hooks();
    #heavy;
    #emitters;              /* the two samples */
    #targets;
    #nextStep = 0;
    #exceeded = 0;
    #lastExceeded = null;
    #exact = false;
    #sampled = false;
    #withTargets = false;
    #handedOver = false;

    /**
     * @param wanted   false: nothing is counted and no hook is placed.
     * @param watches  see ../watch.js.
     */
    constructor(binding, wanted, watches, { now = milliseconds, random } = {})
    {
        this.#binding = binding;
        this.#live = wanted;
        this.#watches = watches;
        this.#now = now;
        this.#heavy = new HeavyEmitters(now);
        this.#emitters = new Census(binding.fullCollections, this.#countEmitter, random);
        this.#targets = new Census(binding.fullCollections, this.#countHead, random);
        if (wanted)
            this.#install();
    }

    #install()
    {
        const { prototype } = EventEmitter;
        const wrapAdd = (original) => wrapAdder(original, this.#note);
        const meet = harmless((emitter) => {
            if (this.#live)
                this.#emitters.meet(emitter);
        });

        this.#exact = ['on', 'addListener', 'prependListener']
            .map((name) => this.#hooks.place(prototype, name, wrapAdd)).every(Boolean);
        this.#sampled = this.#hooks.place(EventEmitter, 'init',
            (original) => wrapInit(original, this.#emitters, meet));
        this.#withTargets = targeting.key !== undefined &&
            this.#hooks.place(targetPrototype, 'addEventListener', this.#wrapTargets);
        process.on('warning', this.#onWarning);
    }

    #wrapTargets = (original) => targeting.wrapAdder(original, {
        due: () => this.#targets.due(),
        met: (head, target, event) => {
            if (this.#live)
                this.#targets.meet(head, () => targeting.describeHead(target, event));
        },
        reached: (target, event, n) => {
            if (isThreshold(n) && this.#live)
                this.#heavy.note(target, event, targets, this.#whoAdds());
        },
    });

    /* Of a proxy, which called our hook, what is behind it: it can be read. */
    #note = harmless((emitter, type) => {
        if (this.#live) {
            this.#heavy.note(this.#binding.behindProxy(emitter), eventKey(type), emitters,
                this.#whoAdds());
        }
    });

    #whoAdds()
    {
        const by = this.#binding.whoCalls(HOME);

        return by === '' ? null : by;
    }

    #onWarning = harmless((warning) => {
        if (!isObject(warning) || ownData(warning, 'name') !== 'MaxListenersExceededWarning')
            return;
        const emitter = ownData(warning, 'emitter') ?? ownData(warning, 'target');
        const type = ownData(warning, 'type');

        this.#exceeded++;
        if (!isObject(emitter) || isObject(type))
            return;
        const object = this.#binding.behindProxy(emitter);
        const source = ownData(object, '_events') === undefined ? targets : emitters;

        this.#lastExceeded = `${className(object)} ${eventText(type)}`;
        this.#heavy.note(object, eventKey(type), source);
    });

    /* ---- What the samples count: see census.js ------------------------------------- */

    #countEmitter = (emitter, _, add) => {
        const exact = this.#heavy.eventsOf(emitter);
        const name = className(emitter);

        emitters.each(emitter, (event, n) => {
            if (exact?.has(event))
                return;
            if (n >= THRESHOLD && event !== MANY_EVENTS)
                this.#heavy.note(emitter, event, emitters);
            if (n < THRESHOLD || !this.#heavy.has(emitter, event))
                add(name, event, n);
        });
        return 1;
    };

    #countHead = (head, more, add) =>
        targeting.countHead(head, more, (target, event) => this.#heavy.has(target, event), add);

    /* ---- Once per tick --------------------------------------------------------------- */

    #follow()
    {
        let left = WATCHED_PER_STEP;

        this.#heavy.unfollowed = 0;
        this.#watches.each((watch, object) => {
            const source = ownData(object, '_events') === undefined ? targets : emitters;
            let more = 0;

            source.each(object, (event) => {
                if (event !== MANY_EVENTS)
                    this.#heavy.note(object, event, source, null, watch);
                left--;
                more++;
            });
            this.#heavy.unfollowed += Math.max(0, more - EVENTS_PER_WATCH);
            return left > 0;
        });
    }

    #countProcess(kinds)
    {
        let sum = 0;

        emitters.each(process, (event, n) => {
            if (this.#heavy.has(process, event))
                return;
            const kind = kinds.at(className(process), event);

            kind.add(n, 1);
            kind.emitters++;
            sum += n;
        });
        return sum;
    }

    sample()
    {
        this.#handOver();
        this.#heavy.count();
        this.#follow();
        if (this.#live && this.#now() >= this.#nextStep) {
            this.#nextStep = this.#now() + STEP_MS;
            this.#emitters.step();
            this.#targets.step();
        }
        const kinds = new Kinds();
        const exact = this.#heavy.tally(kinds) + this.#countProcess(kinds);

        for (const { found } of this.#samples())
            kinds.merge(found.kinds);
        this.#publishTotals(exact);
        this.#publishKinds(kinds);
        const { rows, total } = this.#heavy.top();

        this.#binding.heavyEmitters(rows, total);
    }

    /* For the exact census, and not before there is somebody to take it. */
    #handOver()
    {
        if (!this.#handedOver && targeting.key !== undefined)
            this.#binding.setTargetKey(targeting.key);
        this.#handedOver = true;
    }

    #samples()
    {
        return [this.#emitters, this.#targets];
    }

    /* Both samples as one. Nothing is known of the light ones before the first full
     * collection. */
    #total(exact)
    {
        const total = { sure: exact, sum: 0, variance: 0, least: 0, cap: 0, emitters: 1 };

        for (const { found } of this.#samples()) {
            total.sure += found.sure;
            total.sum += found.sum;
            total.variance += found.variance;
            total.least += found.least;
            total.cap = Math.max(total.cap, found.cap);
            total.emitters += found.emitters;
        }
        return total;
    }

    #publishTotals(exact)
    {
        const known = !this.#sampled || this.#emitters.known;
        const { sure, sum, variance, least, cap, emitters: count } = this.#total(exact);
        const between = limits(sum, variance, cap);

        this.#binding.listenerTotals({
            total: known ? sure + sum : null,
            emitters: known ? Math.round(count) : null,
            standardError: known ? standardError(sum, between) : null,
            low: known ? sure + Math.max(between.low, least) : sure,
            high: known ? sure + between.high : null,
            maxExceeded: this.#exceeded,
            maxExceededLast: this.#lastExceeded,
            countedBy: this.#countedBy(),
        });
    }

    #publishKinds(kinds)
    {
        const rows = kinds.top(ROWS).flatMap((kind) => [kind.name, kind.event,
            Math.round(kind.listeners), kind.most, Math.round(kind.emitters),
            Math.ceil(kind.error)]);

        this.#binding.listenerKinds(rows, kinds.total);
    }

    #countedBy()
    {
        if (!this.#live)
            return 'off';
        const exact = this.#hooks.areInPlace() ? 'on one emitter' : "by Node's own on()";

        return [
            this.#exact ? `${THRESHOLD} or more ${exact}: exact` : 'warnings only',
            this.#sampled
                ? 'others: sampled, once they outlive a full GC'
                : 'others: not counted',
            ...this.#withTargets ? [] : ['no EventTarget'],
        ].join('; ');
    }

    stop()
    {
        this.#live = false;
        this.#hooks.remove();
        process.removeListener('warning', this.#onWarning);
        this.#heavy.clear();
        this.#emitters.clear();
        this.#targets.clear();
    }
}

module.exports = { ListenerFeed };
