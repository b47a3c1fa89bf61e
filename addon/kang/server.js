/* SPDX-License-Identifier: MIT */
/*
 * kang's server calls, answered by porthole's agent: its threads serve /kang/snapshot and
 * /kang/schema, also while the loop is blocked.
 */
'use strict';

const { EventEmitter } = require('events');
const net = require('net');
const porthole = require('../index.js');
const { Body } = require('./body.js');
const { KangSource } = require('../provided/sources.js');

const URI_BASE = '/kang'; /* the one the agent has */
const DEFAULT_PORT = 80;
const DEFAULT_HOST = '127.0.0.1';
const LONGEST_MS = 2 ** 31 - 1;

/* What the agent takes for the name of something; what it does not is kang's alone. */
const NAME = /^[^\0-\x1f\x7f]{1,128}$/;

const warned = new Set();

function warn(message)
{
    if (warned.has(message))
        return;
    warned.add(message);
    process.emitWarning(message, { type: 'PortholeWarning', code: 'PORTHOLE_ALREADY_RUNNING' });
}

/* What the callback of knStartServer() gets. Like the server it stands for, it keeps the
 * process alive until it is closed. */
class Server extends EventEmitter
{
    name = 'Kang';
    #agent;
    #provided;
    #owned;
    #alive = setInterval(() => {}, LONGEST_MS);

    constructor(agent, provided, owned)
    {
        super();
        this.#agent = agent;
        this.#provided = provided;
        this.#owned = owned;
    }

    get url()
    {
        return this.#provided === null ? '' : this.#agent.url;
    }

    /* Where it really is; null once closed. */
    address()
    {
        if (this.url === '')
            return this.#provided === null ? null : this.#agent.socket || null;
        const address = new URL(this.url).hostname.replace(/^\[|\]$/g, '');

        return { address, family: `IPv${net.isIP(address)}`, port: this.#agent.port };
    }

    ref()
    {
        this.#alive.ref();
        return this;
    }

    unref()
    {
        this.#alive.unref();
        return this;
    }

    close(callback)
    {
        const provided = this.#provided;

        if (typeof callback === 'function')
            setImmediate(callback);
        if (provided === null)
            return this;
        this.#provided = null;
        clearInterval(this.#alive);
        provided.remove();
        if (this.#owned)
            this.#agent.close();
        setImmediate(() => this.emit('close'));
        return this;
    }
}

/* The agent would take the next free port; who asks for one by kang wants that one. */
function probe(port, host, callback)
{
    const server = net.createServer();

    server.on('error', callback);
    server.listen({ port, host, exclusive: true }, () => server.close(() => callback(null)));
}

function taken(port, host)
{
    return Object.assign(new Error(`listen EADDRINUSE: address already in use ${host}:${port}`),
        { code: 'EADDRINUSE', syscall: 'listen', address: host, port });
}

function agentOptions({ service_name, component, version, ident }, port, host)
{
    const options = { port, host };

    for (const [name, value] of Object.entries(
        { service: service_name, component, version, ident })) {
        if (value !== undefined && NAME.test(value) && Buffer.byteLength(value) <= 128)
            options[name] = value;
    }
    return options;
}

function isRunning()
{
    return porthole.state() !== null;
}

/* Throws what the application must hear. */
function startAgent(args, port, host)
{
    const agent = porthole.start(agentOptions(args, port, host));

    if (!agent.active)
        throw new Error(`cannot start porthole: ${agent.error}`);
    if (port !== 0 && agent.port !== port) {
        agent.close();
        throw taken(port, host);
    }
    return agent;
}

function join(args, port)
{
    const agent = porthole.start();

    if (port !== 0 && agent.port !== port) {
        warn(`agent is already running: kang is at '${agent.url || agent.socket}', ` +
            `not at port ${port}`);
    }
    return agent;
}

function serve(args, port, host)
{
    const owned = !isRunning();
    const agent = owned ? startAgent(args, port, host) : join(args, port);

    try {
        return new Server(agent, porthole.kang(args), owned);
    } catch (error) {
        if (owned)
            agent.close();
        throw error;
    }
}

function readPort(port = DEFAULT_PORT)
{
    const number = typeof port === 'string' && /^[0-9]+$/.test(port) ? Number(port) : port;

    if (!Number.isInteger(number) || number < 0 || number > 65535) {
        const error = new RangeError(`kang option 'port' must be 0 .. 65535, not ${port}`);

        throw Object.assign(error, { code: 'PORTHOLE_OPTION' });
    }
    return number;
}

/**
 * Serve these objects under /kang; starts the agent, on exactly this address, if none runs.
 * Throws for wrong arguments; `callback(error)` for what is wrong with the address.
 */
function startServer(args, callback)
{
    new KangSource(args); /* throws for what is wrong with them */
    const port = readPort(args.port);
    const host = args.host ?? DEFAULT_HOST;

    function answer(error)
    {
        let server;

        if (error === null) {
            try {
                server = serve(args, port, host);
            } catch (cause) {
                error = cause;
            }
        }
        if (error === null)
            callback(null, server);
        else
            callback(error);
    }

    if (args.uri_base.replace(/\/+$/, '') !== URI_BASE) {
        setImmediate(answer, new Error(`cannot serve kang under '${args.uri_base}': ` +
            `porthole's agent has it under '${URI_BASE}'; set 'uri_base' to that, or use ` +
            'knRestifyHandler() under a server of your own'));
    } else if (isRunning() || port === 0) {
        setImmediate(answer, null);
    } else {
        probe(port, host, answer);
    }
}

function pathOf(request)
{
    const path = typeof request.path === 'function' ? request.path() : request.path;

    return path ?? request.url.replace(/[?#].*$/s, '');
}

function send(response, status, body, headers)
{
    response.writeHead(status, { 'Content-Length': Buffer.byteLength(body), ...headers });
    response.end(body);
}

/** (request, response, next) for restify, express, or node's own http. */
function restifyHandler(args)
{
    const body = new Body(args);
    const base = args.uri_base.replace(/\/+$/, '');
    const answers = new Map([
        [`${base}/snapshot`, () => body.snapshot()], [`${base}/schema`, () => body.schema()]]);

    return (request, response, next) => {
        const answer = answers.get(pathOf(request));

        if (answer === undefined)
            send(response, 404, '');
        else if (request.method !== 'GET')
            send(response, 405, '', { Allow: 'GET' });
        else
            send(response, 200, answer(), { 'Content-Type': 'application/json' });
        next?.();
    };
}

module.exports = { startServer, restifyHandler };
