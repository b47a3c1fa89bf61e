/* SPDX-License-Identifier: MIT */
/*
 * porthole.watch(): names for single emitters, which are then followed from their first
 * listener on. Known here whether there is an agent or not; feeds/listeners.js does the
 * counting. Holds emitters weakly.
 */
'use strict';

const EventEmitter = require('events');
const { isProxy } = require('util').types;
const { findData, inherits, isObject } = require('./feeds/reading.js');

const MOST = 256;
const NAME_BYTES = 127;
const FULL = `cannot watch all emitters: ${MOST} a thread are the limit`;

/* As they are before the application can replace them. */
const { prototype: targetPrototype } = EventTarget;
const { WeakRef } = globalThis;

function wrong(what, should)
{
    const error = new TypeError(`${what} must be ${should}`);

    return Object.assign(error, { code: 'PORTHOLE_OPTION' });
}

function checkName(name)
{
    if (typeof name !== 'string')
        throw wrong("'name'", 'a string');
    if (name === '' || name.includes('\0') || Buffer.byteLength(name) > NAME_BYTES)
        throw wrong("'name'", `1 .. ${NAME_BYTES} bytes without NUL`);
}

/* Also what has the methods of one without being one by birth. */
function isEmitter(object)
{
    return isObject(object) && !isProxy(object) &&
        (inherits(object, EventEmitter.prototype) || inherits(object, targetPrototype) ||
            ['on', 'emit'].every((name) => typeof findData(object, name) === 'function'));
}

/* What watch() returns. Holds the emitter weakly. */
class Watched
{
    #watch;

    constructor(watch)
    {
        this.#watch = watch;
    }

    get name()
    {
        return this.#watch.name;
    }

    get active()
    {
        return this.#watch.active && this.#watch.ref.deref() !== undefined;
    }

    release()
    {
        this.#watch.active = false;
    }
}

class Watches
{
    #warn;
    #watches = [];      /* { name, ref, active, followed: events that are in the table } */
    #next = 0;

    /** @param warn  (message, code) */
    constructor(warn)
    {
        this.#warn = warn;
    }

    /** An emitter that is watched already has the newer name from now on. */
    watch(name, emitter)
    {
        checkName(name);
        if (!isEmitter(emitter))
            throw wrong("'emitter'", 'an EventEmitter or an EventTarget');
        const watch = { name, ref: new WeakRef(emitter), active: true, followed: 0 };

        this.#sweep(emitter);
        if (this.#watches.length < MOST)
            this.#watches.push(watch);
        else {
            watch.active = false;
            this.#warn(FULL, 'PORTHOLE_LIMIT');
        }
        return new Watched(watch);
    }

    /* Drops the dead, the released, and what `emitter` had before. */
    #sweep(emitter = null)
    {
        this.#watches = this.#watches.filter((watch) => {
            const object = watch.ref.deref();

            watch.active &&= object !== emitter;
            return watch.active && object !== undefined;
        });
    }

    /**
     * Call visit(watch, emitter) for one after the other, going on where the last call
     * ended, until all were met or it returns false.
     */
    each(visit)
    {
        this.#sweep();
        const { length } = this.#watches;

        for (let i = 0; i < length; i++) {
            const watch = this.#watches[this.#next++ % length];

            if (!visit(watch, watch.ref.deref()))
                return;
        }
    }
}

module.exports = { Watches };
