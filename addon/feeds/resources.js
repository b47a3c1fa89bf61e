/* SPDX-License-Identifier: MIT */
/*
 * Node's own view of what keeps the loop busy: process.getActiveResourcesInfo().
 *
 * In the one list there are timers, immediates, handles and requests, each by the name of its
 * class. What is none of the first three counts as a request: Node has some 30 classes of
 * those (FSReqCallback, GetAddrInfoReqWrap, ConnectWrap, SimpleWriteWrap, QUERYWRAP, …) and
 * gets more. Work of the thread pool (crypto, zlib) is not in the list; libuv's own count of
 * requests has it. Timers and handles that were unref()ed are not in it either.
 *
 * It builds an array with one string per resource, so its cost grows with their number, and
 * with very many it is called at the Pace of pace.js; the figures in between are the last
 * ones.
 */
'use strict';

const { Pace } = require('./pace.js');

/* Class names of handles, Node 20 to 26. */
const HANDLES = new Set(['TCPSocketWrap', 'TCPServerWrap', 'PipeWrap', 'PipeServerWrap',
    'TTYWrap', 'UDPWrap', 'ProcessWrap', 'FSEventWrap', 'StatWatcher', 'SignalWrap',
    'MessagePort', 'Worker', 'BlobReader', 'Timeout', 'Immediate']);

/* As it is before the application can replace it. */
const activeResources = process.getActiveResourcesInfo;

class ResourceFeed
{
    #binding;
    #pace;
    #list;

    constructor(binding, { now, list = activeResources } = {})
    {
        this.#binding = binding;
        this.#pace = new Pace(now);
        this.#list = list;
    }

    sample()
    {
        this.#pace.run(() => this.#count());
    }

    #count()
    {
        const counts = new Map();

        for (const type of this.#list.call(process))
            counts.set(type, (counts.get(type) ?? 0) + 1);
        this.#binding.resources([...counts].flat());
        this.#binding.timers(counts.get('Timeout') ?? 0, counts.get('Immediate') ?? 0);
        this.#binding.requests([...counts].filter(([type]) => !HANDLES.has(type)).flat());
    }
}

module.exports = { ResourceFeed };
