/* SPDX-License-Identifier: MIT */
/*
 * The hooks on EventEmitter: every emitter passes one when it is made, every listener
 * another when it is added. Both are hot; `emit` and `off` are left alone.
 */
'use strict';

const THRESHOLD = 16;

/** Is it 16, 32, 64 …? */
function isThreshold(n)
{
    return n >= THRESHOLD && (n & (n - 1)) === 0;
}

/*
 * An only listener is a function, whose length costs a slow look-up, so the type comes first.
 * An event that is an object would be turned into a string once more, which its toString()
 * could see. Node has just read the same properties in the same way: a getter or a proxy in
 * the application's emitter meets us here as well as Node. What it throws, and an event that
 * is gone again, are none of our business.
 */
function reachesThreshold(emitter, type)
{
    try {
        const list = typeof type === 'object' || typeof type === 'function'
            ? undefined
            : emitter._events[type];

        return typeof list === 'object' && isThreshold(list.length);
    } catch {
        return false;
    }
}

/** Call note(emitter, event) when one event of it has reached a threshold. */
function wrapAdder(original, note)
{
    return function addListener(type, listener) {
        const result = arguments.length === 2
            ? original.call(this, type, listener)
            : Reflect.apply(original, this, arguments);

        if (reachesThreshold(this, type))
            note(this, type);
        return result;
    };
}

/** Call meet(emitter) for those that are due. */
function wrapInit(original, census, meet)
{
    return function init(options) {
        if (census.due())
            meet(this);
        return original.call(this, options);
    };
}

module.exports = { wrapAdder, wrapInit, isThreshold, THRESHOLD };
