/* SPDX-License-Identifier: MIT */
/*
 * Providers against a binding that only takes notes.
 */
'use strict';

const { inspect } = require('node:util');
const { Providers } = require('../../addon/provide.js');

const KANG = {
    uri_base: '/kang', service_name: 'svc', version: '1.0', ident: 'me',
    list_types: () => ['conn'],
    list_objects: () => ['a', 'b'],
    get: (type, id) => ({ type, id }),
};

/* Of the binding's functions, those that providers use. */
function fakeBinding({ takes = Infinity } = {})
{
    const notes = { given: [], cuts: [], step: null };

    return {
        notes,
        setProvider(step) { notes.step = step; },
        give(kind, type, id, json, place, bornMs, hasNulls, count) {
            if (notes.given.length >= takes)
                return false;
            notes.given.push({ kind, type, id, json, place, bornMs, hasNulls, count });
            return true;
        },
        cut(why) { notes.cuts.push(why); },
        serialize: (value, options) => JSON.stringify({ native: inspect(value).length,
            ...options }),
    };
}

function attached(options)
{
    const binding = fakeBinding(options);
    const providers = new Providers();

    providers.attach(binding);
    return { providers, notes: binding.notes, binding };
}

const ASK = { want: 'values', type: null, id: null, fields: null, depth: 0, limit: 0,
    after: 0, wanted: true };

/* All slices of one request; what was noted in them, and how many there were. */
function ask({ providers, notes }, wanted = {})
{
    let run = 0;
    let slices = 0;

    notes.given.length = 0;
    notes.cuts.length = 0;
    do {
        run = providers.step({ ...ASK, ...wanted }, run);
        slices++;
    } while (run !== 0);
    return { given: [...notes.given], cuts: [...notes.cuts], slices,
        objects: Object.fromEntries(notes.given.filter(({ kind }) => kind === 'object')
            .map(({ type, id, json }) => [`${type}:${id}`, JSON.parse(json)])) };
}

function spin(ms)
{
    for (const end = performance.now() + ms; performance.now() < end;)
        ;
}

const throwing = (what) => () => { throw what; };

module.exports = { KANG, ASK, Providers, fakeBinding, attached, ask, spin, throwing };
