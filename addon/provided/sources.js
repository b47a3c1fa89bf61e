/* SPDX-License-Identifier: MIT */
/*
 * What can be asked for objects: a function, or kang's options, checked when they are
 * registered. Both are used by walk.js in the same way:
 *
 *     types() → names · list(type) → ids as given · value(type, id) → any value
 *     stats() · schema(type): if has.stats, has.schema
 *
 * All of these run the application's code and may throw anything.
 */
'use strict';

const { refusePromise } = require('./text.js');

const { slice } = Array.prototype; /* many times as fast as Array.from() */

const TYPE_BYTES = 127; /* PORTHOLE_TYPE_BYTES less its NUL */
const PREFIX_BYTES = 64;
const PROVIDE_BUDGET_MS = 50;
const KANG_BUDGET_MS = 500;
const MAX_BUDGET_MS = 60000;

function fail(ErrorType, message)
{
    throw Object.assign(new ErrorType(message), { code: 'PORTHOLE_OPTION' });
}

function kindOf(value)
{
    if (value === null || value === undefined)
        return String(value);
    return Array.isArray(value) ? 'an array' : `a value of type '${typeof value}'`;
}

/* Bytes of UTF-8, if the text can name a type; else 0. */
function nameBytes(text)
{
    return typeof text !== 'string' || text.includes('\0') ? 0
        : Buffer.byteLength(text);
}

function checkObject(what, value)
{
    if (value === null || typeof value !== 'object' || Array.isArray(value))
        fail(TypeError, `${what} must be an object, not ${kindOf(value)}`);
}

function checkKnown(what, value, known)
{
    checkObject(what, value);
    for (const name of Object.keys(value)) {
        if (!known.includes(name))
            fail(TypeError, `${what}: unknown option '${String(name).slice(0, 60)}'`);
    }
}

class FunctionSource
{
    has = { stats: false, schema: false };
    last = null; /* its JSON, when it was asked last */
    restUntil = 0;

    constructor(name, fn, options = {})
    {
        checkKnown('options of provide()', options, ['budgetMs']);
        const { budgetMs = PROVIDE_BUDGET_MS } = options;

        if (typeof name !== 'string')
            fail(TypeError, `provide: 'name' must be a string, not ${kindOf(name)}`);
        if (nameBytes(name) < 1 || nameBytes(name) > TYPE_BYTES)
            fail(RangeError, `provide: 'name' must be 1 .. ${TYPE_BYTES} bytes without NUL`);
        if (typeof fn !== 'function')
            fail(TypeError, `provide: 'fn' must be a function, not ${kindOf(fn)}`);
        if (typeof budgetMs !== 'number')
            fail(TypeError, `option 'budgetMs' must be a number, not ${kindOf(budgetMs)}`);
        if (!(budgetMs > 0 && budgetMs <= MAX_BUDGET_MS))
            fail(RangeError, `option 'budgetMs' must be above 0, up to ${MAX_BUDGET_MS}`);
        this.key = name.toWellFormed();
        this.says = `provider '${this.key}'`;
        this.fn = fn;
        this.budgetMs = budgetMs;
        this.service = null;
    }

    types()
    {
        return [this.key];
    }

    list()
    {
        return [this.key];
    }

    /* Nothing is a value, too: the object is there. */
    value()
    {
        const value = (0, this.fn)();

        refusePromise(value);
        return value === undefined ? null : value;
    }
}

const KANG_FIELDS = [
    ['uri_base', 'string', true], ['service_name', 'string', true],
    ['version', 'string', true], ['ident', 'string', true], ['component', 'string', false],
    ['list_types', 'function', true], ['list_objects', 'function', true],
    ['get', 'function', true], ['stats', 'function', false], ['schema', 'function', false],
];

/* kang's fields, each read once: they may be accessors. */
function readKang(options)
{
    const read = {};

    checkObject('kang options', options);
    for (const [name, type, required] of KANG_FIELDS) {
        const value = options[name];

        if ((required || value !== undefined) && typeof value !== type) {
            fail(TypeError, `kang option '${name}' must be a ${type}, not ${kindOf(value)}`);
        }
        read[name] = value;
    }
    return read;
}

function readPrefix(how)
{
    checkKnown('second argument of kang()', how, ['prefix']);
    const { prefix = '' } = how;

    if (typeof prefix !== 'string')
        fail(TypeError, `option 'prefix' must be a string, not ${kindOf(prefix)}`);
    if (prefix.includes('\0') || Buffer.byteLength(prefix) > PREFIX_BYTES)
        fail(RangeError, `option 'prefix' must be 0 .. ${PREFIX_BYTES} bytes without NUL`);
    return prefix.toWellFormed();
}

function arrayOf(value, what)
{
    refusePromise(value);
    if (!Array.isArray(value))
        throw new TypeError(`${what} returned ${kindOf(value)}, not an array`);
    return slice.call(value);
}

class KangSource
{
    restUntil = 0;
    budgetMs = KANG_BUDGET_MS;

    constructor(options, how = {})
    {
        const read = readKang(options);

        this.prefix = readPrefix(how);
        this.read = read;
        this.options = options; /* `this` in its functions */
        this.key = null;
        this.says = `kang source '${this.prefix}${read.service_name.slice(0, 60)}'`;
        this.has = { stats: read.stats !== undefined, schema: read.schema !== undefined };
        this.service = { name: read.service_name, version: read.version };
        if (read.component !== undefined)
            this.service.component = read.component;
    }

    types()
    {
        return arrayOf(this.read.list_types.call(this.options), 'list_types')
            .map((type) => typeof type === 'string'
                ? this.prefix + type.toWellFormed() : type);
    }

    list(type)
    {
        return arrayOf(this.read.list_objects.call(this.options, this.#own(type)),
            `list_objects('${type}')`);
    }

    value(type, id)
    {
        const value = this.read.get.call(this.options, this.#own(type), id);

        refusePromise(value);
        return value;
    }

    schema(type)
    {
        const value = this.read.schema.call(this.options, this.#own(type));

        refusePromise(value);
        return value;
    }

    /* As kang does it: what is inherited is copied as well. */
    stats()
    {
        const value = this.read.stats.call(this.options);
        const copy = {};

        refusePromise(value);
        if (value !== null && typeof value !== 'object' && value !== undefined)
            throw new TypeError(`stats returned ${kindOf(value)}, not an object`);
        for (const name in value) {
            Object.defineProperty(copy, name,
                { value: value[name], enumerable: true, configurable: true });
        }
        return copy;
    }

    #own(type)
    {
        return type.slice(this.prefix.length);
    }
}

module.exports = { FunctionSource, KangSource, TYPE_BYTES, nameBytes };
