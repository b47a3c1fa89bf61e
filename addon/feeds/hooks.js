/* SPDX-License-Identifier: MIT */
/*
 * Replaces methods in such a way that nobody notices, and takes the replacement back.
 *
 * Names, lengths and property attributes stay, and functions that were one function stay
 * one (EventEmitter.prototype.on === addListener). A method that somebody else has replaced
 * in the meantime is left alone: ours, now inside theirs, must be inert by itself.
 */
'use strict';

class Hooks
{
    #placed = [];
    #wrappers = new Map(); /* original -> wrapper: one for one */

    /**
     * Replace object[name] by wrap(original). Returns false, and changes nothing, if the
     * property is no plain method or may not be changed.
     */
    place(object, name, wrap)
    {
        const own = Object.getOwnPropertyDescriptor(object, name);

        if (typeof own?.value !== 'function' || !(own.writable || own.configurable))
            return false;
        const value = this.#wrapper(own.value, wrap);

        Object.defineProperty(object, name, { ...own, value });
        this.#placed.push({ object, name, original: own.value, value });
        return true;
    }

    #wrapper(original, wrap)
    {
        if (!this.#wrappers.has(original)) {
            const wrapper = wrap(original);

            for (const key of Reflect.ownKeys(original)) {
                const own = Object.getOwnPropertyDescriptor(original, key);

                if (key !== 'prototype')
                    Object.defineProperty(wrapper, key, own);
            }
            this.#wrappers.set(original, wrapper);
        }
        return this.#wrappers.get(original);
    }

    /** Is every method that was replaced still ours? */
    areInPlace()
    {
        return this.#placed.every(({ object, name, value }) =>
            Object.getOwnPropertyDescriptor(object, name)?.value === value);
    }

    /** Put back every method that is still ours. */
    remove()
    {
        for (const { object, name, original, value } of this.#placed.reverse()) {
            const own = Object.getOwnPropertyDescriptor(object, name);

            if (own?.value === value && (own.writable || own.configurable))
                Object.defineProperty(object, name, { ...own, value: original });
        }
        this.#placed = [];
        this.#wrappers.clear();
    }
}

module.exports = { Hooks };
