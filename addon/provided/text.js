/* SPDX-License-Identifier: MIT */
/*
 * From what a provider returned, or threw, to text. Runs the provider's own code (toJSON,
 * getters); whoever calls this must expect it to throw anything.
 */
'use strict';

const { isPromise } = require('util').types;

/* As they are before the application can replace them. */
const then = Promise.prototype.then;
const { stringify, parse } = JSON;

const OBJECT_BYTES = 65536; /* PORTHOLE_OBJECT_BYTES */
const MESSAGE_UNITS = 300;
const PROMISE = 'returned a promise; the value itself is needed, when it is asked for';

/* What JSON.stringify() cannot do and the native reader can. */
const BEYOND_JSON = /circular structure|BigInt/;

function ignore()
{
}

/* One line that names what was thrown, whatever it was. Never throws. */
function messageOf(error)
{
    let text;

    try {
        text = typeof error === 'object' && error !== null && 'message' in error
            ? String(error.message) : String(error);
    } catch {
        text = 'threw something without a text';
    }
    return text.slice(0, MESSAGE_UNITS).replace(/[\0-\x1f\x7f]+/g, ' ').trim() || 'failed';
}

/* In place of an object's value. */
function errorText(message)
{
    return stringify({ error: message });
}

/*
 * Rejections are the provider's mistake and named as such; they must not also end the
 * application as unhandled ones. A thenable is only looked at: many start work when asked.
 */
function refusePromise(value)
{
    if (value === null || (typeof value !== 'object' && typeof value !== 'function'))
        return;
    if (isPromise(value))
        then.call(value, ignore, ignore);
    else if (typeof value.then !== 'function')
        return;
    throw new Error(PROMISE);
}

function pick(value, fields)
{
    const picked = {};

    for (const name of fields) {
        if (Object.hasOwn(value, name)) {
            Object.defineProperty(picked, name,
                { value: value[name], enumerable: true, configurable: true });
        }
    }
    return picked;
}

/* Only the wanted fields, of what JSON would show. */
function select(value, fields)
{
    const shown = typeof value.toJSON === 'function' ? value.toJSON('') : value;

    return typeof shown === 'object' && shown !== null && !Array.isArray(shown)
        ? pick(shown, fields) : shown;
}

/*
 * NUL cannot be written in keys that C reads back; U+2400 is its picture. In compact JSON
 * a string is a key if a colon follows.
 */
function withoutNulInKeys(json)
{
    return json.replace(/"(?:[^"\\]|\\.)*"(:?)/g, (string, colon) => colon === '' ? string
        : string.replace(/\\(u0000|.)/g, (all, code) => code === 'u0000' ? '\u2400' : all));
}

function isLonger(json, bytes)
{
    return json.length > bytes || (json.length > bytes / 3 && Buffer.byteLength(json) > bytes);
}

/*
 * JSON by the language's rules where there is some; undefined where these show nothing. By
 * the native reader, which cuts visibly, what has cycles, BigInts, or too many levels.
 */
function write(value, native)
{
    let json;

    try {
        json = stringify(value);
    } catch (error) {
        if (error instanceof RangeError ||
            (error instanceof TypeError && BEYOND_JSON.test(error.message)))
            json = native(value);
        if (json === undefined)
            throw error;
    }
    return json ?? (value === undefined ? undefined : native(value));
}

/**
 * @param serialize  (value, options) → JSON text: the native reader. undefined: it cannot.
 * @param fields     names of the top level, or null: all.
 * @param depth      levels, or 0: all.
 * @param bytes      how long it may be.
 * @returns JSON; undefined if there is nothing to show.
 */
function jsonOf(value, serialize, { fields, depth, bytes = OBJECT_BYTES })
{
    const chosen = fields !== null && typeof value === 'object' && value !== null
        ? select(value, fields) : value;
    let json = write(chosen, (it) => serialize(it, { depth }));

    if (json === undefined)
        return undefined;
    if (depth !== 0 || isLonger(json, bytes))
        json = serialize(parse(json), { secrets: false, depth }) ?? json;
    return json.includes('\\u0000') ? withoutNulInKeys(json) : json;
}

module.exports = { OBJECT_BYTES, errorText, jsonOf, messageOf, refusePromise };
