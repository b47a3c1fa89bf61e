/* SPDX-License-Identifier: MIT */
/*
 * 'host:port' out of what HTTP clients call their peers. The keys of an https.Agent go on
 * with certificates, private keys and passphrases: nothing of that may get out of here.
 */
'use strict';

const { clean } = require('./plain.js');

const LENGTH = 200;     /* the agent cuts it further */
const PARTS = 12;       /* eight groups of an IPv6 address, and what follows */
const GROUP = /^[0-9a-f]{0,4}$/i;
const PORT = /^[0-9]{1,5}$/;
const DEFAULT_PORT = { 'http:': '80', 'https:': '443' };

function bracket(host, port)
{
    return clean(host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`, LENGTH);
}

/* The longest prefix that is an address and has a port behind it; null if there is none. */
function fromIPv6(parts)
{
    const { isIPv6 } = require('net');

    for (let n = Math.min(parts.length - 1, PARTS); n > 2; n--) {
        const host = parts.slice(0, n).join(':');

        if (PORT.test(parts[n]) && isIPv6(host))
            return bracket(host, parts[n]);
    }
    return null;
}

/* Behind host, port and local address. */
function socketPath(key)
{
    const at = key.search(/:[/\0]/);

    return at < 0 ? null : clean(`unix:${key.slice(at + 1).replace('\0', '@')}`, LENGTH);
}

/**
 * From a key of an Agent's `sockets`, as Agent.prototype.getName() makes them. `protocol` is
 * the agent's: only 'http:' keys are nothing but an address.
 */
function originOfKey(key, protocol)
{
    const path = protocol === 'http:' ? socketPath(key) : null;

    if (path !== null)
        return path;
    const parts = key.slice(0, 2 * LENGTH).split(':', PARTS + 2);
    const address = GROUP.test(parts[0]) ? fromIPv6(parts) : null;

    if (address !== null)
        return address;
    return PORT.test(parts[1] ?? '') ? bracket(parts[0], parts[1]) : clean(parts[0], LENGTH);
}

/** From an origin as URLs have it: 'https://example.com'. */
function originOfURL(text)
{
    const [, protocol, host, port] =
        /^(https?:)\/\/(\[[^\]]*\]|[^:/]*)(?::([0-9]{1,5}))?$/.exec(text) ?? [];

    return protocol === undefined
        ? clean(text, LENGTH) : clean(`${host}:${port ?? DEFAULT_PORT[protocol]}`, LENGTH);
}

module.exports = { originOfKey, originOfURL };
