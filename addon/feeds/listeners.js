/* SPDX-License-Identifier: MIT */
/*
 * How many event listeners there are, and on whom they pile up.
 *
 * Three sources, each of which may be missing, and `countedBy` says which ones count:
 *  - MaxListenersExceededWarning, which Node raises once per emitter and event;
 *  - a hook on EventEmitter.prototype.on and its like, which looks only at lengths that are
 *    a power of two from 16 up (+2 to +7 ns per listener added);
 *  - a hook on EventEmitter.init, which samples the emitters (census.js) and counts those
 *    that have outlived a full collection.
 * Emitters made before start(), like `process`, are seen by the first two alone.
 */
'use strict';

const EventEmitter = require('events');
const { milliseconds } = require('../clock.js');
const { Census } = require('./census.js');
const { HeavyEmitters, constructorName, listenersOf } = require('./heavy.js');
const { Hooks } = require('./hooks.js');

const THRESHOLD = 16;
const STEP_MS = 1000;   /* the census keeps its pace whatever the tick */

function countAll(emitter)
{
    let n = 0;

    try {
        for (const event of Reflect.ownKeys(emitter._events ?? {}))
            n += listenersOf(emitter, event);
    } catch {
        return n; /* a proxy or a getter in the way */
    }
    return n;
}

/*
 * Hot. An only listener is a function, whose length costs a slow look-up, so the type comes
 * first. An event that is an object would be turned into a string once more, which its
 * toString() could see. What throws here is a getter of the application's, or an event that
 * is gone again: none of our business.
 */
function reachesThreshold(emitter, type)
{
    try {
        const list = typeof type === 'object' ? undefined : emitter._events[type];

        return typeof list === 'object' && list.length >= THRESHOLD &&
            (list.length & (list.length - 1)) === 0;
    } catch {
        return false;
    }
}

function wrapAdder(original, note)
{
    return function addListener(type, listener) {
        const result = arguments.length <= 2
            ? original.call(this, type, listener)
            : Reflect.apply(original, this, arguments);

        if (reachesThreshold(this, type))
            note(this, type);
        return result;
    };
}

function wrapInit(original, census, isLive)
{
    return function init(options) {
        if (census.due() && isLive())
            census.remember(this);
        return original.call(this, options);
    };
}

class ListenerFeed
{
    #binding;
    #live;                  /* false: every hook is a plain pass-through */
    #hooks = new Hooks();
    #heavy = new HeavyEmitters();
    #census;
    #nextStep = 0;
    #exceeded = 0;
    #lastExceeded = null;
    #countedBy;
    #sampled = false;

    constructor(binding, wanted)
    {
        this.#binding = binding;
        this.#live = wanted;
        this.#census = new Census(binding.fullCollections);
        this.#countedBy = wanted ? this.#install() : () => 'off';
        if (wanted)
            process.on('warning', this.#onWarning);
    }

    #install()
    {
        const { prototype } = EventEmitter;
        const wrapAdd = (original) => wrapAdder(original, (emitter, type) => {
            if (this.#live)
                this.#heavy.note(emitter, type);
        });
        const exact = ['on', 'addListener', 'prependListener']
            .map((name) => this.#hooks.place(prototype, name, wrapAdd)).every(Boolean);
        this.#sampled = this.#hooks.place(EventEmitter, 'init',
            (original) => wrapInit(original, this.#census, () => this.#live));

        return () => [
            exact ? `${THRESHOLD} or more on one emitter: exact` : 'warnings only',
            this.#sampled
                ? 'others: sampled, once they outlive a full GC'
                : 'others: not counted',
        ].join('; ');
    }

    #onWarning = (warning) => {
        if (warning?.name !== 'MaxListenersExceededWarning')
            return;
        const emitter = warning.emitter ?? warning.target;

        this.#exceeded++;
        this.#lastExceeded = `${constructorName(emitter)} ${String(warning.type)}`;
        if (emitter instanceof EventEmitter)
            this.#heavy.note(emitter, warning.type);
    };

    sample()
    {
        const exact = this.#heavy.count();
        const { rows, total } = this.#heavy.top();

        if (this.#live && milliseconds() >= this.#nextStep) {
            this.#nextStep = milliseconds() + STEP_MS;
            this.#census.step(
                (emitter) => countAll(emitter) - this.#heavy.listenersOn(emitter));
        }
        /* Nothing is known of the many light ones before the first full collection. */
        const known = !this.#sampled || this.#census.known;

        this.#binding.listenerTotals({
            total: known ? exact + this.#census.listeners : null,
            emitters: known ? this.#census.emitters : null,
            standardError: known ? Math.sqrt(this.#census.variance) : null,
            maxExceeded: this.#exceeded,
            maxExceededLast: this.#lastExceeded,
            countedBy: this.#countedBy(),
        });
        this.#binding.heavyEmitters(rows, total);
    }

    stop()
    {
        this.#live = false;
        this.#hooks.remove();
        process.removeListener('warning', this.#onWarning);
    }
}

module.exports = { ListenerFeed };
