/* SPDX-License-Identifier: MIT */
/*
 * Where a kang client looks: [http[s]://]host[:port][/path], and lists of these.
 */
'use strict';

const { isIPv4, isIPv6 } = require('net');

const SOURCES_VARIABLE = 'KANG_SOURCES';
const DEFAULT_PATH = '/kang/snapshot';
const PORTS = { http: 80, https: 443 };
const MAX_PORT = 65535;

const SOURCE = /^(?:(https?):\/\/)?([^/]*)(\/.*)?$/s;
const AUTHORITY = /^(?:\[([0-9a-f:]+)\]|([a-zA-Z0-9._-]+))(?::(.+))?$/s;
const FOUR_NUMBERS = /^\d+\.\d+\.\d+\.\d+$/;

function readPort(text)
{
    const [, digits, rest] = /^(\d*)(.*)$/s.exec(text);
    const port = Number(digits);

    if (digits === '')
        throw new Error(`invalid port: invalid number: ${JSON.stringify(text)}`);
    if (rest !== '') {
        throw new Error('invalid port: trailing characters after number: ' +
            JSON.stringify(rest));
    }
    if (port < 1 || port > MAX_PORT)
        throw new Error(`invalid port: ${text} (must be in range 1-${MAX_PORT})`);
    return port;
}

/** Throws an Error that says what is wrong with `text`. */
function makeSource(text)
{
    const [, protocol = 'http', authority, path = DEFAULT_PATH] = SOURCE.exec(text) ?? [];
    const parts = AUTHORITY.exec(authority);

    if (parts === null)
        throw new Error('no host specified');
    const [, inBrackets, name, port] = parts;

    if (inBrackets !== undefined && !isIPv6(inBrackets))
        throw new Error(`bad IPv6 address: ${JSON.stringify(inBrackets)}`);
    if (name !== undefined && FOUR_NUMBERS.test(name) && !isIPv4(name))
        throw new Error(`bad IPv4 address: ${JSON.stringify(name)}`);
    return {
        protocol,
        host: inBrackets ?? name,
        port: port === undefined ? PORTS[protocol] : readPort(port),
        path,
    };
}

/** Sources with commas between them; empty ones are passed over. */
function parseSources(text)
{
    return text.split(',').filter((piece) => piece !== '').map(makeSource);
}

/** The sources in an environment variable; none if it is not set. */
function parseEnvironment(variable = SOURCES_VARIABLE)
{
    return parseSources(process.env[variable] ?? '');
}

function urlOf({ protocol, host, port, path })
{
    return `${protocol}://${isIPv6(String(host)) ? `[${host}]` : host}:${port}${path}`;
}

module.exports = { SOURCES_VARIABLE, makeSource, parseSources, parseEnvironment, urlOf };
