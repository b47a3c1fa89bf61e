/* SPDX-License-Identifier: MIT */
/*
 * Modules of Node's own that only an application which uses them has loaded: looking at HTTP
 * must not be what loads it. And what Node's own getters say of an object, whatever its class
 * has made of them.
 */
'use strict';

const { isObject, ownObject } = require('./plain.js');

const { getBuiltinModule, moduleLoadList } = process;
const loaded = new Set();
const getters = new Map();

/** Not by require(), which the application may have hooked, where there is another way. */
function builtin(id)
{
    return getBuiltinModule === undefined ? require(id) : getBuiltinModule(id);
}

function isLoaded(id)
{
    if (!loaded.has(id) && moduleLoadList?.includes(`NativeModule ${id}`))
        loaded.add(id);
    return loaded.has(id);
}

function getterOf(id, name, key)
{
    const at = `${id} ${name} ${key}`;

    if (!getters.has(at)) {
        const { prototype } = builtin(id)[name];

        getters.set(at, Object.getOwnPropertyDescriptor(prototype, key)?.get);
    }
    return getters.get(at);
}

/* Undefined if there is no such getter, or if it cannot make anything of the object. */
function ask(object, id, name, key)
{
    try {
        return getterOf(id, name, key)?.call(object);
    } catch {
        return undefined;
    }
}

/** Has a socket been destroyed? What is no stream has. */
function isDestroyed(socket)
{
    return !isObject(socket) || ownObject(socket, '_readableState') === null ||
        ask(socket, 'stream', 'Duplex', 'destroyed') !== false;
}

/** The error with which a response was destroyed, if any. */
function errorOf(response)
{
    return ask(response, 'http', 'OutgoingMessage', 'errored') ?? null;
}

module.exports = { builtin, isLoaded, isDestroyed, errorOf };
