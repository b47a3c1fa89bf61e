/* SPDX-License-Identifier: MIT */
/*
 * Listeners of EventTargets, AbortSignal and MessagePort among them.
 *
 * Node keeps them in a Map behind a symbol that only its description tells: by event, the
 * head of a list that knows its length. A head is made with an event's first listener and
 * dropped with its last. A Node that does it otherwise goes without: key() is undefined.
 */
'use strict';

const { getOwnPropertySymbols } = Object;
const { isObject, ownData, className, MANY, MANY_EVENTS } = require('./reading.js');

const { WeakRef } = globalThis; /* before the application can replace it */
const { get, entries } = Map.prototype;
const { get: sizeOf } = Object.getOwnPropertyDescriptor(Map.prototype, 'size');
const { isMap } = require('util').types;

function findKey()
{
    try {
        const target = new EventTarget();
        const key = getOwnPropertySymbols(target).find((s) => s.description === 'kEvents');

        target.addEventListener('a', () => {});
        const map = ownData(target, key);

        return isMap(map) && ownData(get.call(map, 'a'), 'size') === 1 ? key : undefined;
    } catch {
        return undefined;
    }
}

const key = findKey();

function mapOf(target)
{
    const map = key === undefined ? undefined : ownData(target, key);

    return isMap(map) ? map : undefined;
}

function sizeOfHead(head)
{
    const n = isObject(head) ? ownData(head, 'size') : 0;

    return typeof n === 'number' && n > 0 ? n : 0;
}

/* As in reading.js. */
const targets = {
    listenersOf(target, event)
    {
        const map = mapOf(target);

        return map === undefined ? 0 : sizeOfHead(get.call(map, event));
    },

    each(target, visit, most = MANY)
    {
        const map = mapOf(target);

        if (map === undefined)
            return;
        const count = sizeOf.call(map);

        if (count > most) {
            visit(MANY_EVENTS, count);
            return;
        }
        const rows = entries.call(map);

        for (let row = rows.next(); !row.done; row = rows.next()) {
            const n = sizeOfHead(row.value[1]);

            if (n !== 0)
                visit(row.value[0], n);
        }
    },
};

/** What census.js keeps of a head: `more` and how to count it. */
function describeHead(target, event)
{
    return { target: new WeakRef(target), event };
}

/* A head that has lost its last listener never gets another. */
function countHead(head, { target: ref, event }, isExact, add)
{
    const n = sizeOfHead(head);
    const target = ref.deref();
    const map = n === 0 || target === undefined ? undefined : mapOf(target);

    if (map === undefined)
        return 0;
    if (!isExact(target, event))
        add(className(target), event, n);
    return 1 / Math.max(1, sizeOf.call(map));
}

function eventsNow(target)
{
    try {
        const map = target[key];

        return map === undefined ? 0 : sizeOf.call(map);
    } catch {
        return 0;
    }
}

/*
 * `to` is told: { due(), met(head, target, event) for a new head if it is due,
 * reached(target, event, listeners) for one that was there }. Hot. The event of a target is
 * a string or becomes one; what is none yet is left alone, or its toString() would run
 * twice.
 */
function wrapAdder(original, to)
{
    return {
        addEventListener(type, listener) {
            const events = eventsNow(this);
            const result = arguments.length === 2
                ? original.call(this, type, listener)
                : Reflect.apply(original, this, arguments);

            if (typeof type === 'string')
                look(this, type, events, to);
            return result;
        },
    }.addEventListener;
}

function look(target, type, events, to)
{
    try {
        const map = target[key];
        const head = get.call(map, type);

        if (sizeOf.call(map) === events)
            to.reached(target, type, head.size);
        else if (to.due())
            to.met(head, target, type);
    } catch {
        /* as in emitters.js; or nothing was added, the signal given with it was aborted */
    }
}

module.exports = { targets, key, wrapAdder, describeHead, countHead };
