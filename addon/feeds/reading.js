/* SPDX-License-Identifier: MIT */
/*
 * What can be read of an emitter without running a line of the application's code: own data
 * properties alone, and nothing of a proxy. What would run code counts as not there.
 *
 * Two kinds of emitters, which are read alike: { listenersOf(object, event), each(object,
 * visit, most) }. Node keeps an EventEmitter's listeners in `_events`, by event: one
 * function, or an array. EventTarget's are in targets.js.
 */
'use strict';

const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;
const { ownKeys } = Reflect;
const { isArray } = Array;
const { isProxy } = require('util').types;

const MAX_PROTOTYPES = 64;
const MAX_TEXT = 128;           /* the agent shows 47 bytes */
const MANY = 1024;              /* listing the events of an emitter with more takes too long */
const MANY_EVENTS = '(many events)';

const names = new WeakMap();    /* prototype -> name of the class: this is asked often */

function isObject(value)
{
    return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** The value of an own data property of what is no proxy, or undefined. */
function ownData(object, key)
{
    return isProxy(object) ? undefined : getOwnPropertyDescriptor(object, key)?.value;
}

/** The value of a data property, of the object's own or of the nearest prototype with it. */
function findData(object, key)
{
    for (let i = 0, at = object; i < MAX_PROTOTYPES && at !== null; i++) {
        if (isProxy(at))
            return undefined;
        const own = getOwnPropertyDescriptor(at, key);

        if (own !== undefined)
            return own.value;
        at = getPrototypeOf(at);
    }
    return undefined;
}

function inherits(object, prototype)
{
    for (let i = 0, at = object; i < MAX_PROTOTYPES && at !== null; i++) {
        if (at === prototype)
            return true;
        if (isProxy(at))
            return false;
        at = getPrototypeOf(at);
    }
    return false;
}

/** The name of the class; 'Object' where it would take a getter or a proxy to tell. */
function className(object)
{
    if (isProxy(object))
        return 'Object';
    const prototype = getPrototypeOf(object);

    if (prototype === null || hasOwn(object, 'constructor'))
        return findClassName(object);
    let name = names.get(prototype);

    if (name === undefined)
        names.set(prototype, name = findClassName(prototype));
    return name;
}

function findClassName(object)
{
    const constructor = findData(object, 'constructor');
    const name = typeof constructor === 'function' ? ownData(constructor, 'name') : undefined;

    return typeof name === 'string' && name !== '' ? name.slice(0, MAX_TEXT) : 'Object';
}

/** An event as text; objects are not asked for theirs. */
function eventText(event)
{
    if (typeof event === 'string')
        return event.length > MAX_TEXT ? event.slice(0, MAX_TEXT) : event;
    return isObject(event) ? '(object)' : String(event).slice(0, MAX_TEXT);
}

function listenersIn(entry)
{
    if (typeof entry === 'function')
        return 1;
    return isArray(entry) && !isProxy(entry) ? entry.length : 0;
}

/* undefined: no emitter, no listener yet, or one whose look at it would run code. */
function eventsOf(emitter)
{
    const events = ownData(emitter, '_events');

    return typeof events === 'object' && events !== null && !isProxy(events)
        ? events
        : undefined;
}

const emitters = {
    /** Listeners of one event. */
    listenersOf(emitter, event)
    {
        const events = eventsOf(emitter);

        return events === undefined || isObject(event)
            ? 0
            : listenersIn(getOwnPropertyDescriptor(events, event)?.value);
    },

    /**
     * Call visit(event, listeners) for each event that has some. Of more than `most` events
     * there is one call for all, with one listener each, which is a lower bound.
     */
    each(emitter, visit, most = MANY)
    {
        const events = eventsOf(emitter);

        if (events === undefined)
            return;
        const count = ownData(emitter, '_eventsCount');

        if (count > most && count <= 0xffffffff) {
            visit(MANY_EVENTS, count);
            return;
        }
        for (const event of ownKeys(events)) {
            const n = listenersIn(getOwnPropertyDescriptor(events, event)?.value);

            if (n !== 0)
                visit(event, n);
        }
    },
};

module.exports = { emitters, className, eventText, findData, inherits, isObject, ownData,
    MANY, MANY_EVENTS };
