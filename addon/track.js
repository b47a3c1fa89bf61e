/* SPDX-License-Identifier: MIT */
/*
 * porthole.track(): checks arguments and remembers what the native half knows of each type.
 *
 * Called for each object the application makes, so the way through is short; the native
 * half is loaded at the first call. Without it all is inert.
 */
'use strict';

const TYPE_BYTES = 127;
const MAX_DEPTH = 16;
const FULL = 'cannot track all objects: 1048576 objects and 256 types a thread are the limit';

/* What track() returns. Holds neither the object nor its memory. */
class Tracked
{
    #binding;
    #token;
    #type;
    #id;

    constructor(binding, token, type, id)
    {
        this.#binding = binding;
        this.#token = token;
        this.#type = type;
        this.#id = id;
    }

    get type()
    {
        return this.#type;
    }

    get id()
    {
        return String(this.#id);
    }

    get active()
    {
        return this.#token !== 0 && this.#binding.isTracked(this.#token);
    }

    release()
    {
        if (this.#token !== 0)
            this.#binding.release(this.#token);
        this.#token = 0;
    }
}

function wrong(what, should)
{
    const error = new TypeError(`${what} must be ${should}`);

    return Object.assign(error, { code: 'PORTHOLE_OPTION' });
}

function checkType(type)
{
    if (typeof type !== 'string')
        throw wrong("'type'", 'a string');
    if (type === '' || type.includes('\0') || Buffer.byteLength(type) > TYPE_BYTES)
        throw wrong("'type'", `1 .. ${TYPE_BYTES} bytes without NUL`);
}

function checkId(id)
{
    if (typeof id !== 'string' && typeof id !== 'number' && typeof id !== 'bigint')
        throw wrong("'id'", 'a string, a number or a bigint');
}

function checkObject(object)
{
    if ((typeof object !== 'object' || object === null) && typeof object !== 'function')
        throw wrong("'object'", 'an object or a function');
}

function names(list, what)
{
    if (!Array.isArray(list) || !list.every((name) => typeof name === 'string'))
        throw wrong(`option '${what}'`, 'an array of strings');
    return list.filter((name) => name !== '').join(',');
}

/* In the form addon/app.cc takes. */
function checkOptions(options)
{
    if (typeof options !== 'object' || options === null)
        throw wrong("'options'", 'an object');
    const { fields, redact, depth = 0 } = options;
    const unknown = Object.keys(options)
        .find((name) => !['fields', 'redact', 'depth'].includes(name));

    if (unknown !== undefined)
        throw wrong(`option '${unknown}'`, "one of 'fields', 'redact' and 'depth'");
    if (depth !== 0 && !(Number.isInteger(depth) && depth >= 1 && depth <= MAX_DEPTH))
        throw wrong("option 'depth'", `an integer from 1 to ${MAX_DEPTH}`);
    return {
        fields: fields === undefined ? null : names(fields, 'fields'),
        redact: redact === undefined || redact === false
            ? null
            : names(redact, 'redact').toLowerCase(),
        secrets: redact !== false,
        depth,
    };
}

class Tracking
{
    #connect;
    #warn;
    #binding; /* undefined: not tried yet; null: there is none */
    #types = new Map(); /* name -> { index, rules } */

    /**
     * @param connect  () => binding or null; called once.
     * @param warn     (message, code)
     */
    constructor(connect, warn)
    {
        this.#connect = connect;
        this.#warn = warn;
    }

    track(type, id, object, options)
    {
        const known = this.#types.get(type) ?? this.#learn(type);

        checkId(id);
        checkObject(object);
        if (options !== undefined)
            this.#follow(known, options);
        const token = known.index === -1
            ? 0
            : this.#binding.track(known.index, plain(id), object);

        if (token === 0 && this.#binding !== null)
            this.#warn(FULL, 'PORTHOLE_LIMIT');
        return new Tracked(this.#binding, token, type, id);
    }

    #learn(type)
    {
        checkType(type);
        if (this.#binding === undefined)
            this.#binding = this.#connect();
        const index = this.#binding === null ? -1 : this.#binding.obtainType(type);
        const known = { index, rules: '' };

        if (index !== -1 || this.#types.size < 1000)
            this.#types.set(type, known);
        return known;
    }

    /* Often the same object or an equal one, each time. */
    #follow(known, options)
    {
        const rules = checkOptions(options);
        const text = JSON.stringify(rules);

        if (known.rules === text || known.index === -1)
            return;
        known.rules = text;
        this.#binding.setRules(known.index, rules.fields, rules.redact, rules.secrets,
            rules.depth);
    }
}

/* Text and small integers cross as they are. */
function plain(id)
{
    const fits = typeof id === 'string' || (typeof id === 'number' && (id | 0) === id);

    return fits ? id : String(id);
}

module.exports = { Tracking };
