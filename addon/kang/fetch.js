/* SPDX-License-Identifier: MIT */
/*
 * Asks one server, or many at once. Each has one deadline for everything, body included, and
 * a ceiling for the size of its answer: whatever a server does, the answer comes in time.
 */
'use strict';

const http = require('http');
const https = require('https');
const zlib = require('zlib');
const { isObject } = require('./merge.js');
const { urlOf } = require('./source.js');

const DEADLINE_MS = 10000;
const MAX_BYTES = 256 << 20;
const AT_ONCE = 128;

const UNPACK = { gzip: zlib.createGunzip, 'x-gzip': zlib.createGunzip,
    deflate: zlib.createInflate, br: zlib.createBrotliDecompress };

/* Of the original client's options those that mean something here. */
const TLS = ['ca', 'cert', 'key', 'pfx', 'passphrase', 'rejectUnauthorized', 'servername'];

function optionsFor({ protocol, host, port }, path, clientOptions)
{
    const options = {
        host, port, path, agent: false,
        headers: { accept: 'application/json', 'user-agent': 'porthole/kang',
            ...clientOptions.headers },
    };

    if (protocol === 'https') {
        for (const name of TLS) {
            if (clientOptions[name] !== undefined)
                options[name] = clientOptions[name];
        }
    }
    return options;
}

/* The text of an answer as it comes, unpacked if it was packed without being asked. */
function read(response, maxBytes, callback)
{
    const unpack = UNPACK[response.headers['content-encoding']]?.();
    const body = unpack === undefined ? response : response.pipe(unpack);
    const parts = [];
    let bytes = 0;

    response.on('error', () => callback(new Error('truncated answer')));
    response.on('close', () => response.complete || callback(new Error('truncated answer')));
    if (unpack !== undefined)
        unpack.on('error', callback);
    body.on('data', (part) => {
        bytes += part.length;
        if (bytes > maxBytes) {
            body.destroy();
            callback(new Error(`answer is larger than ${maxBytes} bytes`));
        } else {
            parts.push(part);
        }
    });
    body.on('end', () => callback(null, Buffer.concat(parts).toString('utf8')));
}

function parse(text)
{
    let value;

    try {
        value = JSON.parse(text);
    } catch (error) {
        return { error: new Error(`bad JSON: ${error.message}`) };
    }
    return isObject(value) ? { value } : { error: new Error('bad JSON: not an object') };
}

/** `callback(error)`, or `callback(null, value)`; exactly once, by the deadline. */
function fetchJson(source, path, clientOptions, callback)
{
    const { requestTimeout, connectTimeout, maxBytes = MAX_BYTES } = clientOptions;
    const timers = [];
    let request = null;
    let done = false;

    function end(error, value)
    {
        if (done)
            return;
        done = true;
        timers.forEach(clearTimeout);
        request.destroy();
        callback(error === null ? null : Object.assign(error, { source,
            message: `${urlOf({ ...source, path })}: ${error.message}` }), value);
    }

    function limit(ms, what)
    {
        timers.push(setTimeout(() => end(new Error(`${what} timed out after ${ms} ms`)), ms));
    }

    try {
        request = (source.protocol === 'https' ? https : http)
            .get(optionsFor(source, path, clientOptions));
    } catch (error) { /* a path or a header that cannot be sent */
        request = { destroy() {} };
        setImmediate(end, error);
        return;
    }
    limit(requestTimeout > 0 ? requestTimeout : DEADLINE_MS, 'request');
    if (connectTimeout > 0)
        limit(connectTimeout, 'connect');
    request.on('socket', (socket) => socket.once('connect', () => clearTimeout(timers[1])));
    request.on('error', end);
    request.on('response', (response) => {
        if (response.statusCode !== 200) {
            end(new Error(`response code ${response.statusCode}`));
            return;
        }
        read(response, maxBytes, (error, text) => {
            const parsed = error === null ? parse(text) : { error };

            end(parsed.error ?? null, parsed.value);
        });
    });
}

/* One error for all of them, which names the first. */
function combine(errors)
{
    const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;

    return errors.length === 0 ? null
        : Object.assign(new Error(`first of ${count}: ${errors[0].message}`), {
            cause: errors[0], errors: () => errors, ase_errors: errors });
}

/**
 * `ask(source, callback)` for each of many; `callback(error, values)` once all have answered
 * or failed. Values stand in the order of their sources; what failed is missing.
 */
function fetchMany(sources, ask, callback)
{
    const results = sources.map(() => undefined);
    let next = 0;
    let left = sources.length;

    function finish()
    {
        const failed = results.filter((result) => result.error !== null);
        const values = results.filter((result) => result.error === null);

        callback(combine(failed.map(({ error }) => error)),
            values.map(({ value }) => value));
    }

    function begin()
    {
        const at = next++;

        ask(sources[at], (error, value) => {
            results[at] = { error, value };
            if (--left === 0)
                finish();
            else if (next < sources.length)
                begin();
        });
    }

    if (left === 0)
        setImmediate(finish);
    for (let i = Math.min(AT_ONCE, left); i > 0; i--)
        begin();
}

module.exports = { fetchJson, fetchMany };
