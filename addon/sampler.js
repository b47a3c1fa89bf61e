/* SPDX-License-Identifier: MIT */
/*
 * What only JavaScript can see, once per tick: array buffers, active resources, listeners,
 * HTTP. And what only the agent can see, for who listens to it.
 *
 * Called by the native tick outside any callback scope. Each feed stands alone: one that
 * throws loses its own figures for this tick and nobody else's.
 */
'use strict';

const { ResourceFeed } = require('./feeds/resources.js');
const { HttpFeed } = require('./feeds/http.js');
const { ListenerFeed } = require('./feeds/listeners.js');

/* As they are before the application can replace them. */
const memoryUsage = process.memoryUsage;

/* Fails where /proc cannot be read, out of descriptors for one: unknown, not stale. */
function arrayBuffers()
{
    try {
        return memoryUsage().arrayBuffers;
    } catch {
        return null;
    }
}

class Sampler
{
    #feeds;

    constructor(binding, options, watches, events)
    {
        this.#feeds = [
            { sample: () => binding.arrayBuffers(arrayBuffers()) },
            new ResourceFeed(binding),
            new ListenerFeed(binding, options.listeners, watches),
            new HttpFeed(binding, options.http),
            { sample: () => events.sample(binding) },
        ];
    }

    sample()
    {
        for (const feed of this.#feeds) {
            try {
                feed.sample();
            } catch {
                /* the figures of the tick before stay */
            }
        }
    }

    /* Takes back every hook. */
    stop()
    {
        for (const feed of this.#feeds)
            feed.stop?.();
        this.#feeds = [];
    }
}

module.exports = { Sampler };
