/* SPDX-License-Identifier: MIT */
/*
 * The hooks of a trace: in place from its start to its stop, and at no other time. What they
 * meet is noted by the native half (tracer.h), which runs none of the application's code.
 *
 * Loaded when a trace is first asked for. Hooks that somebody has wrapped in the meantime stay
 * inside the wrapper: each knows its own trace, and does nothing once that has ended.
 */
'use strict';

const EventEmitter = require('events');
const diagnostics = require('diagnostics_channel');
const { milliseconds } = require('./clock.js');
const { harmless } = require('./feeds/harmless.js');
const { Hooks } = require('./feeds/hooks.js');
const { Pace } = require('./trace_pace.js');

const { apply } = Reflect;
const GRACE_MS = 60000; /* beyond its time a trace ends by itself: its end may have been lost */
const ACCEPTED = 'net.server.socket';

function portOf(socket)
{
    try {
        return typeof socket.localPort === 'number' ? ` :${socket.localPort}` : '';
    } catch {
        return '';
    }
}

/* What one trace knows. */
class Trace
{
    live = true;
    emitter = null; /* those of the addition that is under way: what is added by it is it */
    type = null;

    #binding;
    #end;
    #deadline;
    #pace;
    #known = new WeakMap(); /* socket -> its number */

    constructor(binding, seconds, end)
    {
        this.#binding = binding;
        this.#pace = new Pace(seconds);
        this.#deadline = milliseconds() + seconds * 1000 + GRACE_MS;
        this.#end = end;
    }

    /* Hot. Not harmless() by another script: the native half leaves out this one's frames. */
    addition(emitter, type, listener)
    {
        try {
            if (this.#pace.due())
                this.#binding.traceListener(emitter, type, listener, this.#take());
        } catch {
            /* the stack is at its end */
        }
    }

    /* Hot. */
    construction(emitter)
    {
        try {
            this.#noteSocket(emitter);
        } catch {
            /* as above */
        }
    }

    #noteSocket(emitter)
    {
        const kind = this.#binding.traceKind(emitter);

        if (kind === 0 || !this.#pace.due())
            return;
        const number = this.#binding.traceSocket(emitter, kind, this.#take());

        if (number !== 0)
            this.#known.set(emitter, number);
    }

    connection = harmless((socket, first, second) => {
        const number = this.#known.get(socket);

        if (number !== undefined)
            this.#binding.traceTarget(number, first, second);
    });

    /* Node's own socket, fresh: nobody has put anything in the way of its getters yet. */
    acceptance(socket)
    {
        const number = this.#known.get(socket);

        if (number === undefined)
            return;
        this.#binding.traceWhat(number, `incoming${portOf(socket)}`);
    }

    #take()
    {
        const weight = this.#pace.take();

        if (milliseconds() > this.#deadline)
            this.#end();
        return weight;
    }

    stop()
    {
        this.live = false;
        this.#binding.traceTotals(this.#pace.total, this.#pace.coarsest);
    }
}

/*
 * Counted once it is done, where it was asked for: a method that calls another one of ours for
 * the same event is one addition. None of what the hook itself does can be seen or throws.
 */
function wrapAdder(original, trace)
{
    return function addListener(type, listener) {
        const { emitter, type: outer } = trace;

        if (!trace.live || (emitter === this && outer === type))
            return apply(original, this, arguments);
        trace.emitter = this;
        trace.type = type;
        let result;

        try {
            result = apply(original, this, arguments);
        } finally {
            trace.emitter = emitter;
            trace.type = outer;
        }
        trace.addition(this, type, listener);
        return result;
    };
}

function wrapInit(original, trace)
{
    return function init(options) {
        const result = original.call(this, options);

        if (trace.live)
            trace.construction(this);
        return result;
    };
}

function wrapConnect(original, trace)
{
    return function connect(first, second) {
        if (trace.live)
            trace.connection(this, first, second);
        return apply(original, this, arguments);
    };
}

class Tracer
{
    #binding;
    #hooks = new Hooks();
    #trace = null;
    #onAccepted = null;

    constructor(binding)
    {
        this.#binding = binding;
    }

    /**
     * Called by the native half on the loop.
     *
     * @param what  'listeners', 'sockets' or 'stop'.
     */
    step(what, microseconds)
    {
        this.stop();
        if (what === 'stop')
            return;
        const trace = new Trace(this.#binding, microseconds / 1e6, () => this.#remove(trace));

        this.#trace = trace;
        if (what === 'sockets')
            this.#traceSockets(trace);
        else
            this.#traceListeners(trace);
    }

    #traceListeners(trace)
    {
        const wrap = (original) => wrapAdder(original, trace);
        const { prototype } = EventEmitter;
        const placed = ['on', 'addListener', 'prependListener']
            .map((name) => this.#hooks.place(prototype, name, wrap));

        this.#binding.traceBegin();
        this.#hooks.place(EventTarget.prototype, 'addEventListener', wrap);
        this.#insist(placed.some(Boolean), 'EventEmitter.prototype is frozen');
    }

    #traceSockets(trace)
    {
        const net = require('net');
        const dgram = require('dgram');
        const placed = this.#hooks.place(EventEmitter, 'init',
            (original) => wrapInit(original, trace));

        this.#insist(placed, 'EventEmitter is frozen');
        this.#binding.traceBegin(net.Socket.prototype, net.Server.prototype,
            dgram.Socket.prototype);
        this.#hooks.place(net.Socket.prototype, 'connect',
            (original) => wrapConnect(original, trace));
        this.#onAccepted = harmless(({ socket }) => trace.acceptance(socket));
        diagnostics.subscribe(ACCEPTED, this.#onAccepted);
    }

    #insist(placed, why)
    {
        if (placed)
            return;
        this.stop();
        throw new Error(`cannot trace: ${why}`);
    }

    /* Ends the trace in hand, if there is one. */
    stop()
    {
        if (this.#trace === null)
            return;
        this.#trace.stop();
        this.#trace = null;
        this.#unhook();
    }

    /* What has outlived its time: its figures stay until somebody asks. */
    #remove(trace)
    {
        trace.live = false;
        if (trace === this.#trace)
            this.#unhook();
    }

    #unhook()
    {
        this.#hooks.remove();
        if (this.#onAccepted !== null)
            diagnostics.unsubscribe(ACCEPTED, this.#onAccepted);
        this.#onAccepted = null;
    }
}

module.exports = { Tracer };
