/* SPDX-License-Identifier: MIT */
/*
 * Many snapshots as one, and many schemas as one. What comes in was written by others: it
 * may be any JSON at all, and no name in it may reach a prototype.
 */
'use strict';

function isObject(value)
{
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/* Also for a key of '__proto__'. */
function put(object, key, value)
{
    Object.defineProperty(object, key,
        { value, enumerable: true, configurable: true, writable: true });
}

/* An object's value in the form in which it can carry its own name. */
function toObject(value)
{
    if (typeof value === 'string')
        return { body: value };
    return value === null ? { value: null } : value;
}

class Snapshot
{
    /* by type, by id: what each service says of it. The name is kang's, whose users reach
     * for it. */
    cs_objects = Object.create(null);

    types()
    {
        return Object.keys(this.cs_objects);
    }

    list(type)
    {
        return Object.keys(this.cs_objects[type] ?? {});
    }

    lookup(type, id)
    {
        return this.cs_objects[type]?.[id] ?? [];
    }

    lookupFirst(type, id)
    {
        return this.lookup(type, id)[0];
    }

    /** 'type' or 'type:id'. */
    queryParse(query)
    {
        const colon = query.indexOf(':');

        return colon === -1 ? { type: query }
            : { type: query.slice(0, colon), id: query.slice(colon + 1) };
    }

    /** The objects that a query names, and the fields they have. */
    query(text)
    {
        const { type, id } = this.queryParse(text);
        let objects;

        if (id !== undefined)
            objects = this.lookup(type, id);
        else if (type === 'type')
            objects = this.types().map((name) => ({ type: name }));
        else
            objects = this.list(type).flatMap((each) => this.lookup(type, each));
        return { fields: this.fieldsFor(type, objects), objects };
    }

    /** The type's own name first, then the others in order. */
    fieldsFor(type, objects)
    {
        const names = new Set(objects.filter(isObject).flatMap(Object.keys));

        names.delete(type);
        return [type, ...[...names].sort()];
    }

    /** All texts `type:id` in a value, keys included, that name an object known here. */
    links(value)
    {
        const found = [];
        const waiting = [value];

        while (waiting.length !== 0) {
            const next = waiting.pop();

            if (typeof next === 'string' && this.#isLink(next))
                found.push(next);
            else if (Array.isArray(next))
                waiting.push(...[...next].reverse());
            else if (isObject(next))
                waiting.push(...Object.entries(next).flat().reverse());
        }
        return found;
    }

    add(type, id, value)
    {
        const object = toObject(value);
        const ofType = this.cs_objects[type] ??= Object.create(null);

        if (isObject(object))
            put(object, type, id);
        (ofType[id] ??= []).push(object);
    }

    #isLink(text)
    {
        const { type, id } = this.queryParse(text);

        return id !== undefined && this.lookup(type, id).length !== 0;
    }
}

/* name[.component].ident: whom an object comes from. */
function nameOf({ name, component, ident })
{
    return [name, ...(component === undefined ? [] : [component]), ident].join('.');
}

function addTypes(merged, snapshot, origin)
{
    const types = Array.isArray(snapshot.types) ? snapshot.types : [];

    for (const type of types) {
        const objects = typeof type === 'string' && Object.hasOwn(snapshot, type)
            ? snapshot[type] : null;

        for (const [id, value] of Object.entries(isObject(objects) ? objects : {})) {
            const object = toObject(value);

            if (isObject(object))
                put(object, 'origin', origin);
            merged.add(type, id, object);
        }
    }
}

/**
 * One snapshot of all. Each needs `source`, where it was found; one that does not say whose
 * it is is left out.
 */
function mergeSnapshots(snapshots)
{
    const merged = new Snapshot();

    for (const snapshot of snapshots) {
        if (!isObject(snapshot) || !isObject(snapshot.service))
            continue;
        const { protocol, host, port, path } = snapshot.source ?? {};
        const origin = nameOf(snapshot.service);

        snapshot.service.source = `${protocol}://${host}:${port}${path}`;
        merged.add('service', origin, snapshot.service);
        if ('stats' in snapshot)
            merged.add('stats', origin, isObject(snapshot.stats) ? snapshot.stats : {});
        addTypes(merged, snapshot, origin);
    }
    return merged;
}

/** { types: { TYPE: { SERVICE: { COMPONENT: schema } } } }; the first one counts. */
function mergeSchemas(schemas)
{
    const types = Object.create(null);

    for (const { service, types: listed, schemas: given } of schemas.filter(isObject)) {
        if (!Array.isArray(listed) || !isObject(given) || !isObject(service))
            continue;
        for (const [type, schema] of Object.entries(given)) {
            const ofType = types[type] ??= Object.create(null);
            const ofService = ofType[service.name] ??= Object.create(null);

            ofService[service.component] ??= schema;
        }
    }
    return { types };
}

module.exports = { isObject, mergeSnapshots, mergeSchemas };
