/* SPDX-License-Identifier: MIT */
/*
 * Looking at objects of the application without running any of its code: own data properties
 * only, no getter, no proxy.
 */
'use strict';

const { isProxy } = require('util').types;

const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const NAME_LENGTH = 64;
const PROTOTYPES = 32;

function isObject(value)
{
    return typeof value === 'object' && value !== null;
}

/** object[key], if that is an own property that holds a plain value; else undefined. */
function ownData(object, key)
{
    return isProxy(object) ? undefined : getOwnPropertyDescriptor(object, key)?.value;
}

/** ownData(), if it is an object that is no proxy; else null. */
function ownObject(object, key)
{
    const value = ownData(object, key);

    return isObject(value) && !isProxy(value) ? value : null;
}

/** What a text looks like on one line, and not too long. */
function clean(text, length = NAME_LENGTH)
{
    return text.slice(0, length).replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]/g, '?');
}

/** The name of an object's class. */
function className(object)
{
    let at = object;

    for (let i = 0; i < PROTOTYPES && at !== null && !isProxy(at); i++) {
        const made = getOwnPropertyDescriptor(at, 'constructor')?.value;

        if (typeof made === 'function' && !isProxy(made)) {
            const name = ownData(made, 'name');

            return typeof name === 'string' && name !== '' ? clean(name) : 'Object';
        }
        at = getPrototypeOf(at);
    }
    return 'Object';
}

module.exports = { isObject, isProxy, ownData, ownObject, clean, className };
