/* SPDX-License-Identifier: MIT */
/*
 * An EventEmitter that knows when its listeners have changed. Not by 'newListener': those
 * who listen to that are removed by removeAllListeners() as well.
 */
'use strict';

const { EventEmitter } = require('events');

class WatchedEmitter extends EventEmitter
{
    #changed = () => {};

    constructor(changed)
    {
        super();
        this.#changed = changed;
    }

    static tell(emitter)
    {
        emitter.#changed();
    }
}

/* once() and its like come down to these. */
for (const name of ['on', 'addListener', 'prependListener', 'removeListener', 'off',
    'removeAllListeners']) {
    const original = EventEmitter.prototype[name];

    Object.defineProperty(WatchedEmitter.prototype, name, {
        configurable: true,
        writable: true,
        value(...args) {
            const result = Reflect.apply(original, this, args);

            WatchedEmitter.tell(this);
            return result;
        },
    });
}

module.exports = { WatchedEmitter };
