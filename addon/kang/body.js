/* SPDX-License-Identifier: MIT */
/*
 * Snapshot and schema of one kang source, computed at once, on the loop: for a handler under
 * the application's own HTTP server. The agent's own /kang/snapshot follows the same rules.
 */
'use strict';

const { load } = require('../native.js');
const { KangSource } = require('../provided/sources.js');
const { messageOf } = require('../provided/text.js');
const { Walk } = require('../provided/walk.js');

const RESERVED = new Set(['service', 'stats', 'types']);

/* What kills the original client, or is lost in it, is shown with an underscore. */
function freeName(name, taken, reserved)
{
    let free = name;

    while ((free !== name && taken.has(free)) || reserved.has(free) || free in Object.prototype)
        free += '_';
    return free;
}

/* The client dies of a null object, and the older one of a null field. */
function withoutNulls(json, hasNulls)
{
    if (json === 'null')
        return '{"value":"null"}';
    if (!hasNulls || !json.startsWith('{'))
        return json;
    const pairs = Object.entries(JSON.parse(json)).filter(([, value]) => value !== null);

    return `{${pairs.map(([name, value]) => member(name, JSON.stringify(value))).join(',')}}`;
}

function member(name, json)
{
    return `${JSON.stringify(name)}:${json}`;
}

/* A Map of texts by name, as an object. */
function object(members, reserved)
{
    return `{${[...members].map(([name, json]) =>
        member(freeName(name, members, reserved), json)).join(',')}}`;
}

/* The native reader works while an agent runs; without, what JSON cannot do is an error. */
function serializer()
{
    return load(process.platform, process.version).binding?.serialize ?? (() => undefined);
}

/* Everything a source says: stats, types and schemas as Maps of texts. */
function collect(source, want)
{
    const found = { causes: [], stats: new Map(), types: new Map(), schemas: new Map() };
    const takers = {
        type: ({ type }) => found.types.set(type, new Map()),
        schema: ({ type, json }) => found.schemas.set(type, json),
        stats: ({ json }) => {
            for (const [name, value] of Object.entries(JSON.parse(json)))
                found.stats.set(name, JSON.stringify(value));
        },
        object: ({ type, id, json, hasNulls }) =>
            found.types.get(type).set(id, withoutNulls(json, hasNulls)),
    };
    const sink = {
        cut: (why) => found.causes.push(why),
        serialize: serializer(),
        objectBytes: Infinity,
        give(kind, type, id, json, ...[, , hasNulls]) {
            takers[kind]?.({ type, id, json, hasNulls });
            return true;
        },
    };

    new Walk({ binding: sink, sources: [source], ask: { want }, isCurrent: () => true })
        .advance(Infinity);
    return found;
}

class Body
{
    #source;
    #service;
    #started = new Date(Date.now() - process.uptime() * 1000).toISOString();

    constructor(options)
    {
        const { service_name, ident, version, component } = options;

        this.#source = new KangSource(options);
        this.#source.budgetMs = Infinity;
        this.#service = JSON.stringify({ name: service_name, ident, version, component });
    }

    snapshot()
    {
        const { stats, types, causes } = collect(this.#source, 'values');
        const names = [...types.keys()].map((type) => freeName(type, types, RESERVED));

        stats.set('started', JSON.stringify(this.#started));
        stats.set('memory', JSON.stringify(process.memoryUsage()));
        if (causes.length !== 0)
            stats.set('porthole', JSON.stringify({ complete: false, causes }));
        const parts = [member('service', this.#service),
            member('stats', object(stats, new Set())), member('types', JSON.stringify(names)),
            ...[...types.values()].map((objects, i) =>
                member(names[i], object(objects, new Set())))];

        return `{${parts.join(',')}}`;
    }

    schema()
    {
        if (!this.#source.has.schema)
            return '{}';
        const { schemas } = collect(this.#source, 'schemas');
        let types = [];

        try {
            types = this.#source.types();
        } catch (error) {
            schemas.set('error', JSON.stringify(messageOf(error)));
        }
        return `{"service":${this.#service},"types":${JSON.stringify(types)},` +
            `"schemas":${object(schemas, new Set())}}`;
    }
}

module.exports = { Body };
