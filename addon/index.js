/* SPDX-License-Identifier: MIT */
/*
 * The JavaScript face. Its contract is in index.d.ts.
 *
 * Must never print except through process.emitWarning, never throw for anything but a
 * mistake in the caller's own options, and never keep the event loop alive.
 */
'use strict';

const fs = require('fs');
const { Events } = require('./events.js');
const { checkOptions, readEnvironment, resolve, toNames } = require('./options.js');
const { load } = require('./native.js');
const { serviceName } = require('./identity.js');
const { Metrics } = require('./metrics.js');
const { Providers } = require('./provide.js');
const { Sampler } = require('./sampler.js');
const { watchdog } = require('./systemd.js');
const { Tracking } = require('./track.js');
const { Watches } = require('./watch.js');

/* Two copies of the package in one thread share what the first one made. */
const API = Symbol.for('porthole.api.1');
const VERSION = '0.1.0';

const warned = new Set();

/* Once per text: a start() in a loop is not a reason to fill a log. */
function warn(message, code)
{
    if (warned.has(message) || warned.size >= 64)
        return;
    warned.add(message);
    process.emitWarning(message, { type: 'PortholeWarning', code });
}

/* What start() returns. Also when there is no agent: then it is inert. */
class Agent
{
    #end;
    #url;
    #socket;

    constructor({ url = '', socket = '', error = null, end = null })
    {
        this.#url = url;
        this.#socket = socket;
        this.#end = end;
        this.error = error;
        this.pid = process.pid;
        Object.freeze(this);
    }

    get active()
    {
        return this.#end !== null;
    }

    get url()
    {
        return this.active ? this.#url : '';
    }

    get socket()
    {
        return this.active ? this.#socket : '';
    }

    get port()
    {
        return this.url === '' ? null : Number(/:([0-9]+)$/.exec(this.url)[1]);
    }

    close()
    {
        const end = this.#end;

        this.#end = null;
        if (end !== null)
            end();
    }
}

function readTokenFile(file)
{
    let line;

    try {
        line = fs.readFileSync(file, 'utf8').split('\n')[0].trim();
    } catch (error) {
        return { error: `cannot read token file '${file}': ${error.code}` };
    }
    return /^[\x21-\x7e]{16,256}$/.test(line)
        ? { token: line }
        : { error: `cannot use token file '${file}': not 16 .. 256 printable characters` };
}

/* What all threads of the process share: a thread that joins may not differ in these. */
function describe(options)
{
    const { delayIntervalMs, listeners, http, nearHeapLimit, disable, ...shared } = options;

    return JSON.stringify(shared, nullify);
}

/* An option that nobody set must still be seen to differ from one that somebody sets. */
function nullify(name, value)
{
    return value === undefined ? null : value;
}

/* For tests of what takes hours and days: the history's clock runs so many times as fast.
 * Not an option, so that nobody takes it for one. */
function testTimeScale(env)
{
    const scale = Number(env.PORTHOLE_TEST_TIME_SCALE);

    return scale >= 1 && scale <= 100000 ? { testTimeScale: Math.trunc(scale) } : {};
}

/* The main thread does without worker_threads, which takes 2.5 ms to load. */
function whichThread()
{
    if (binding.isMainThread())
        return { threadId: 0, threadName: 'main', ...watchdog(process.env, process.pid) };
    const { threadId } = require('worker_threads');

    return { threadId, threadName: `worker ${threadId}` };
}

/* In the form addon/config.cc reads. */
function toNative(options)
{
    return {
        ...options,
        ...whichThread(),
        ...testTimeScale(process.env),
        port: options.port === false ? -1 : options.port,
        allowedHosts: options.allowedHosts && toNames(options.allowedHosts).join(','),
        protectAll: options.protect === 'all',
        service: options.service ?? serviceName(process.argv[1]),
        runtime: 'node',
        runtimeVersion: process.version,
        settings: describe(options),
    };
}

/* `running`: the options that rule, as JSON; what is not in it is not theirs to rule. */
function warnIfIgnored(explicit, running)
{
    const ruling = new Map(Object.entries(JSON.parse(running)));
    const differ = Object.keys(explicit).filter((name) => ruling.has(name) &&
        JSON.stringify(ruling.get(name)) !== JSON.stringify(explicit[name]));

    if (differ.length !== 0) {
        warn(`agent is already running: ignoring ${differ.map((n) => `'${n}'`).join(', ')}`,
            'PORTHOLE_ALREADY_RUNNING');
    }
}

const providers = new Providers();
const watches = new Watches(warn);
const events = new Events(warn);

let current = null;     /* the Agent of this thread */
let startedWith = null; /* all its options, as JSON, to notice another start() that differs */
let binding = null;
let tracer = null;      /* made when a trace is first asked for */
const metrics = new Metrics(warn);

function inert(error, code)
{
    warn(error, code);
    current = new Agent({ error });
    startedWith = null;
    return current;
}

function saysCapture({ code, error })
{
    return code === 'PORTHOLE_INVALID' && !error.startsWith('cannot use rule file') &&
        /\bcapture\b/.test(error);
}

function saysRules({ code, error })
{
    return code === 'PORTHOLE_INVALID' && error.startsWith('cannot use rule file');
}

/*
 * A refusal for safety's sake is the caller's mistake when the caller wrote the address,
 * and must be heard; it must not stop an application that only inherited a variable. The
 * same goes for capture rules, which only the agent understands.
 */
function refuse(result, explicit)
{
    if (explicit.host !== undefined && result.code === 'PORTHOLE_REFUSED')
        throw Object.assign(new Error(result.error), { code: result.code });
    if (explicit.capture !== undefined && saysCapture(result))
        throw Object.assign(new RangeError(result.error), { code: 'PORTHOLE_OPTION' });
    if (explicit.rules !== undefined && saysRules(result))
        throw Object.assign(new RangeError(result.error), { code: 'PORTHOLE_OPTION' });
    return inert(`cannot start: ${result.error}`, result.code);
}

/* A wrong rule from the environment: what is wrong with it was said, go on without. */
function without(name, variable, result, explicit, options)
{
    warn(`ignoring environment variable '${variable}': ${result.error}`,
        'PORTHOLE_ENVIRONMENT');
    return open(explicit, { ...options, [name]: undefined });
}

/* Called on the loop when the agent is asked for a trace, see trace.js. */
function trace(what, microseconds)
{
    if (tracer === null) {
        const { Tracer } = require('./trace.js');

        tracer = new Tracer(binding);
    }
    tracer.step(what, microseconds);
}

function open(explicit, options)
{
    const sampler = new Sampler(binding, options, watches, events);
    const result = binding.start(toNative(options), () => sampler.sample());

    if (result.code !== '') {
        sampler.stop();
        if (saysCapture(result) && explicit.capture === undefined)
            return without('capture', 'PORTHOLE_CAPTURE', result, explicit, options);
        if (saysRules(result) && explicit.rules === undefined)
            return without('rules', 'PORTHOLE_RULES', result, explicit, options);
        return refuse(result, explicit);
    }
    if (result.joined)
        sampler.stop(); /* another realm of this thread, a test runner's say, was first */
    else {
        warnIfIgnored(explicit, result.settings);
        events.attach();
        providers.attach(binding);
        binding.setTracer(trace);
    }
    startedWith = JSON.stringify(options, nullify);
    metrics.attach(binding);
    current = new Agent({ ...result, error: null, end() {
        tracer?.stop(); /* its hooks lie on the sampler's */
        sampler.stop();
        metrics.detach();
        if (result.joined)
            return; /* it is the other realm's to close */
        providers.detach();
        binding.setTracer(null);
        binding.close();
    } });
    return current;
}

function start(given)
{
    const explicit = checkOptions(given);

    if (current !== null && current.active) {
        warnIfIgnored(explicit, startedWith);
        return current;
    }
    const options = resolve(explicit, readEnvironment(process.env, warn));

    if (options.disable)
        return new Agent({ error: 'disabled' });
    const native = load(process.platform, process.version);

    if (native.binding === undefined)
        return inert(native.error, 'PORTHOLE_UNAVAILABLE');
    binding = native.binding;
    if (options.tokenFile !== undefined && options.token === undefined) {
        const { token, error } = readTokenFile(options.tokenFile);

        if (error !== undefined)
            return inert(error, 'PORTHOLE_TOKEN_FILE');
        options.token = token;
    }
    return open(explicit, options);
}

function state()
{
    const text = current !== null && current.active ? binding.state() : null;

    return text === null ? null : JSON.parse(text);
}

function close()
{
    if (current !== null)
        current.close();
}

function provide(name, fn, options)
{
    return providers.provide(name, fn, options);
}

function kang(options, how)
{
    return providers.kang(options, how);
}

/* For what works without an agent: the native half, attached to this thread, or null. */
function connect()
{
    if (readEnvironment(process.env, warn).disable)
        return null;
    const native = load(process.platform, process.version);

    if (native.binding === undefined) {
        warn(native.error, 'PORTHOLE_UNAVAILABLE');
        return null;
    }
    return native.binding.attach() ? native.binding : null;
}

const tracking = new Tracking(connect, warn);

function track(type, id, object, options)
{
    return tracking.track(type, id, object, options);
}

function watch(name, emitter)
{
    return watches.watch(name, emitter);
}

function on(name, listener)
{
    events.on(name, listener);
}

function off(name, listener)
{
    events.off(name, listener);
}

const counter = (name, help, options) => metrics.counter(name, help, options);
const gauge = (name, help, options) => metrics.gauge(name, help, options);
const histogram = (name, help, options) => metrics.histogram(name, help, options);

const api = { start, state, close, track, watch, provide, kang, on, off, counter, gauge,
    histogram, version: VERSION };

if (globalThis[API] === undefined)
    Object.defineProperty(globalThis, API, { __proto__: null, value: api });

module.exports = globalThis[API];
