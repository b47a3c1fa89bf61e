/* SPDX-License-Identifier: MIT */
/*
 * memwatch's HeapDiff, from two counts of the live objects by constructor instead of two
 * heap snapshots. All that the second count would find of ours is made before the first.
 */
'use strict';

const { niceSize } = require('./leak.js');

function newSide()
{
    return { nodes: 0, time: new Date(0), size_bytes: 0, size: '' };
}

/* [name, count, bytes, name, …] to { name => [count, bytes] } */
function byName(flat)
{
    const map = new Map();

    for (let i = 0; i < flat.length; i += 3)
        map.set(flat[i], [flat[i + 1], flat[i + 2]]);
    return map;
}

function detailsOf(before, after)
{
    const none = [0, null];
    const details = [];

    for (const what of new Set([...before.keys(), ...after.keys()])) {
        const [oldCount, oldBytes] = before.get(what) ?? none;
        const [newCount, newBytes] = after.get(what) ?? none;
        const known = oldBytes !== null || newBytes !== null;
        const size = known ? (newBytes ?? 0) - (oldBytes ?? 0) : null;
        const grown = newCount - oldCount;

        if (grown !== 0 || (known && size !== 0)) {
            details.push({ what, size_bytes: size, size: known ? niceSize(size) : null,
                '+': Math.max(grown, 0), '-': Math.max(-grown, 0) });
        }
    }
    return details.sort((a, b) => b['+'] - b['-'] - (a['+'] - a['-']));
}

class HeapDiff
{
    #binding;
    #before = newSide();
    #after = newSide();
    #rows = [];
    #rowsAfter = [];
    #ended = false;

    constructor(binding)
    {
        this.#binding = binding;
        this.#count(this.#rows, this.#before);
    }

    #count(rows, side)
    {
        const bytes = this.#binding.countObjects(rows);

        if (bytes === null)
            throw new Error('cannot count objects: no memory');
        for (let i = 1; i < rows.length; i += 3)
            side.nodes += rows[i];
        side.size_bytes = bytes;
        side.size = niceSize(bytes);
        side.time.setTime(Date.now());
    }

    end()
    {
        if (this.#ended)
            throw new Error('cannot end a HeapDiff twice');
        this.#ended = true;
        const before = this.#before;
        const after = this.#after;

        this.#count(this.#rowsAfter, after);
        const details = detailsOf(byName(this.#rows), byName(this.#rowsAfter));
        const sum = (sign) => details.reduce((n, row) => n + row[sign], 0);
        const grown = after.size_bytes - before.size_bytes;

        this.#rows = this.#rowsAfter = [];
        return { before, after, change: { size_bytes: grown, size: niceSize(grown),
            freed_nodes: sum('-'), allocated_nodes: sum('+'), details } };
    }
}

module.exports = { HeapDiff };
