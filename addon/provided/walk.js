/* SPDX-License-Identifier: MIT */
/*
 * One request for provided objects, walked in slices of the loop. Asks each source in turn,
 * hands on what it says, and keeps the account of what that cost.
 *
 * Nothing a source does may end the walk: what throws becomes {"error": …} in its own place,
 * and a list that cannot be had is a cut with a cause that names the source.
 */
'use strict';

const { performance } = require('perf_hooks');
const { errorText, jsonOf, messageOf } = require('./text.js');
const { TYPE_BYTES, nameBytes } = require('./sources.js');

/* A source that overran rests so many times its cost: at most 1 % of the loop is its. */
const REST = 100;
const SLICE_MS = 1;
const RELISTS = 8; /* in one walk of one source; see #isGone */

/* As it is before an application, or its tests, can replace it. */
const now = performance.now.bind(performance);

/*
 * What one source costs in one walk. Its own code counts for its budget. Writing JSON does
 * not as long as it fits into slices, which harm nobody: on a machine that is busy with
 * other things too, clocks run fast, and then of all times the answer must not be cut.
 */
class Meter
{
    spent = 0; /* of the budget */
    cost = 0;  /* of the loop */
    relists = 0;

    constructor(source)
    {
        this.source = source;
    }

    run(call)
    {
        const began = now();

        try {
            return call();
        } finally {
            this.#count(now() - began, 0);
        }
    }

    write(call)
    {
        const began = now();

        try {
            return call();
        } finally {
            this.#count(now() - began, SLICE_MS);
        }
    }

    #count(ms, free)
    {
        this.cost += ms;
        if (ms > free)
            this.spent += ms;
    }

    get over()
    {
        return this.spent > this.source.budgetMs;
    }

    settle()
    {
        if (!this.over)
            return;
        this.source.cost = this.cost;
        this.source.restUntil = now() + REST * this.cost;
        this.source.overAt = now();
    }
}

/* `fields` comes as text with commas. */
function normalize({ want, type, id, fields, depth, after })
{
    return {
        want,
        type: type ?? null,
        id: id ?? null,
        fields: fields === null || fields === undefined || fields === ''
            ? null : String(fields).split(','),
        depth: Number(depth ?? 0),
        after: Number(after ?? 0),
    };
}

/* Of stats and schemas. */
const WHOLE = { fields: null, depth: 0 };

function seconds(ms)
{
    return `${Math.ceil(ms / 1000)} s`;
}

/* undefined for what has no text: Object.create(null), a throwing toString(). */
function idText(given)
{
    try {
        return String(given);
    } catch {
        return undefined;
    }
}

/* Ids are shown cut when they are long, and asked for as they are shown. */
function isId(text, asked)
{
    return text === asked || (asked.length > 100 && asked.endsWith('\u2026') &&
        text !== undefined && text.startsWith(asked.slice(0, -1)));
}

class Walk
{
    #binding;
    #sources;
    #ask;
    #isCurrent;
    #place = 0;
    #slice = 0;
    #ended = false;
    #isAnswer = false;   /* somebody was asked, or shown as he was */
    #excuse = null;      /* why somebody was not */
    #counts = new Map(); /* by type, when only types are wanted; null: unknown */
    #steps;

    constructor({ binding, sources, ask, isCurrent })
    {
        this.#binding = binding;
        this.#sources = sources;
        this.#ask = { ...normalize(ask), bytes: binding.objectBytes };
        this.#isCurrent = isCurrent;
        this.#steps = this.#walk();
    }

    /** Go on for one slice, or as long as `ms`; true once there is nothing left to do. */
    advance(ms = SLICE_MS)
    {
        const deadline = now() + ms;
        let done;

        this.#slice++;
        do
            done = this.#steps.next().done;
        while (!done && now() < deadline);
        return done;
    }

    /** Nobody waits any more. What it has cost until now counts. */
    drop()
    {
        this.#steps.return();
    }

    *#walk()
    {
        const { want } = this.#ask;

        if (want === 'schemas' || (want === 'values' && this.#ask.type === null))
            this.#giveService();
        for (const source of this.#sources) {
            if (this.#ended)
                return;
            if (source.removed || !this.#mayHave(source))
                continue;
            if (this.#rests(source)) {
                this.#giveOld(source);
            } else {
                this.#isAnswer = true;
                yield* this.#askSource(source);
            }
        }
        if (!this.#isAnswer && this.#excuse !== null)
            throw new Error(this.#excuse); /* the agent has a copy of everything, perhaps */
        if (want !== 'types')
            return;
        for (const [type, count] of this.#counts)
            this.#give('type', type, { count });
    }

    *#askSource(source)
    {
        const meter = new Meter(source);

        try {
            for (const step of this.#wanted(source, meter)) {
                if (this.#ended)
                    return;
                yield step;
            }
        } finally {
            meter.settle();
        }
    }

    #wanted(source, meter)
    {
        switch (this.#ask.want) {
        case 'types': return this.#count(source, meter);
        case 'schemas': return this.#schemas(source, meter);
        default: return this.#values(source, meter);
        }
    }

    /* Without asking it. */
    #mayHave(source)
    {
        const { type } = this.#ask;

        if (type === null)
            return true;
        return source.key === null ? type.startsWith(source.prefix) : source.key === type;
    }

    #rests(source)
    {
        return source.restUntil > now() && (this.#ask.want !== 'types' || source.key === null);
    }

    /* Of a function there is a last value; what kang sources said is the agent's to keep. */
    #giveOld({ says, cost, budgetMs, restUntil, overAt, key, last })
    {
        const { want, id } = this.#ask;
        const shown = key === null ? '' : `: shown as it was ${seconds(now() - overAt)} ago`;

        this.#excuse =
            `${says} took ${Math.ceil(cost)} ms, more than its ${budgetMs}, and is not ` +
            `asked for ${seconds(restUntil - now())}${shown}`;
        this.#cut(this.#excuse);
        if (key === null || want !== 'values')
            return;
        this.#isAnswer = true;
        if (id === null || id === key)
            this.#give('object', key, { id: key, json: last });
    }

    *#count(source, meter)
    {
        for (const type of this.#typesOf(source, meter)) {
            const before = this.#counts.get(type);
            const ids = this.#list(source, meter, type);

            this.#counts.set(type, ids === null || before === null
                ? null : ids.length + (before ?? 0));
            yield;
        }
    }

    *#schemas(source, meter)
    {
        if (!source.has.schema)
            return;
        for (const type of this.#typesOf(source, meter)) {
            if (this.#isOver(meter))
                return;
            const json = this.#jsonOr(meter, () => source.schema(type), WHOLE);

            if (json !== undefined)
                this.#give('schema', type, { json });
            yield;
        }
    }

    *#values(source, meter)
    {
        if (this.#ask.type === null && source.has.stats) {
            this.#give('stats', null,
                { json: this.#jsonOr(meter, () => source.stats(), WHOLE) });
            yield;
        }
        for (const type of this.#typesOf(source, meter)) {
            if (this.#isOver(meter))
                return;
            yield* this.#objects(source, meter, type);
        }
    }

    *#objects(source, meter, type)
    {
        const ids = this.#list(source, meter, type);
        const listedIn = this.#slice;

        if (ids === null)
            return;
        if (this.#ask.type === null)
            this.#give('type', type, { count: ids.length });
        yield;
        for (const given of ids) {
            if (++this.#place <= this.#ask.after)
                continue;
            const id = idText(given);

            if (this.#ask.id !== null && !isId(id, this.#ask.id))
                continue;
            if (this.#isOver(meter))
                return;
            if (id === undefined)
                this.#cut(`${source.says}: cannot show an id of type '${type}'`);
            else
                this.#object(meter, type, { id, given, listedIn });
            yield;
        }
    }

    #object(meter, type, { id, given, listedIn })
    {
        const { source } = meter;
        let json;

        try {
            json = this.#json(meter, () => source.value(type, given), this.#ask);
        } catch (error) {
            if (this.#slice !== listedIn && this.#isGone(meter, type, id))
                return;
            json = errorText(messageOf(error));
        }
        if (source.key !== null)
            source.last = json;
        if (json !== undefined)
            this.#give('object', type, { id, json });
    }

    /*
     * It was listed in an earlier slice, and the application has run since: an object that
     * cannot be had now and is listed no more is no error.
     */
    #isGone(meter, type, id)
    {
        if (meter.relists++ >= RELISTS)
            return false;
        try {
            return !meter.run(() => meter.source.list(type)).some((it) => idText(it) === id);
        } catch {
            return false;
        }
    }

    #typesOf(source, meter)
    {
        const { type: asked } = this.#ask;
        const usable = new Set();
        let types;

        try {
            types = meter.run(() => source.types());
        } catch (error) {
            this.#cut(`${source.says}: list_types: ${messageOf(error)}`);
            return usable;
        }
        for (const type of types) {
            const bytes = nameBytes(type);

            if (bytes < 1 || bytes > TYPE_BYTES) {
                this.#cut(`${source.says}: list_types: each type must be a string ` +
                    `of 1 .. ${TYPE_BYTES} bytes without NUL, prefix included`);
            } else if (asked === null || asked === type) {
                usable.add(type);
            }
        }
        return usable;
    }

    /* null if there is none to be had. */
    #list(source, meter, type)
    {
        if (this.#isOver(meter))
            return null;
        try {
            return meter.run(() => source.list(type));
        } catch (error) {
            this.#cut(`${source.says}: list_objects('${type}'): ${messageOf(error)}`);
            return null;
        }
    }

    #json(meter, call, how)
    {
        const value = meter.run(call);

        return meter.write(() =>
            jsonOf(value, (it, options) => this.#binding.serialize(it, options), how));
    }

    #jsonOr(meter, call, how)
    {
        try {
            return this.#json(meter, call, how);
        } catch (error) {
            return errorText(messageOf(error));
        }
    }

    #isOver(meter)
    {
        const { source } = meter;

        if (!meter.over)
            return false;
        this.#cut(`${source.says} used up its ${source.budgetMs} ms: the rest was ` +
            'not asked for');
        return true;
    }

    #cut(why)
    {
        if (this.#isCurrent())
            this.#binding.cut(why);
    }

    #giveService()
    {
        const speaker = this.#sources.find((source) => source.service !== null);

        if (speaker !== undefined)
            this.#give('service', null, { json: JSON.stringify(speaker.service) });
    }

    /*
     * May find null fields where there are none, in text or deeper: it is a reason to look,
     * no more. A source may have closed the agent under this walk.
     */
    #give(kind, type, { id = null, json = null, count = 0 })
    {
        const hasNulls = json !== null && json.includes(':null');

        if (this.#ended)
            return;
        this.#ended = !this.#isCurrent() || this.#binding.give(kind, type, id, json,
            Math.max(this.#place, 1), 0, hasNulls, count) === false;
    }
}

module.exports = { Walk };
