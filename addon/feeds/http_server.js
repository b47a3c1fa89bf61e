/* SPDX-License-Identifier: MIT */
/*
 * Requests that servers of node:http are answering. Node tells when one starts and when its
 * answer has been handed to the kernel. It does not tell when the client has gone or the
 * answer has been destroyed: sweep() finds that.
 *
 * Hot: started() and finished() run once for each request, inside the application's turn.
 * Requests to upgrade and to CONNECT are not told of, and not counted.
 */
'use strict';

const { nanoseconds } = require('../clock.js');
const { errorOf, isDestroyed } = require('./builtin.js');
const { FINISHED, ABORTED, ERRORS } = require('./durations.js');
const { InFlight } = require('./in_flight.js');
const { isObject, ownData, ownObject } = require('./plain.js');

/* With pipelining, a response that waits for its turn does not hear of the socket's end. */
function connectionGone(response)
{
    const request = ownObject(response, 'req');
    const socket = request === null ? null : ownObject(request, 'socket');

    return socket !== null && isDestroyed(socket);
}

/* What the application destroys with an error of its own is an error. */
function howDestroyed(response)
{
    const error = errorOf(response);

    return isObject(error) && ownData(error, 'code') !== 'ECONNRESET' ? ERRORS : ABORTED;
}

class ServerRequests
{
    #inFlight;

    constructor(cells)
    {
        this.#inFlight = new InFlight(cells);
    }

    started = (message) => {
        const response = message?.response;

        if (isObject(response))
            this.#inFlight.start(response, nanoseconds());
    };

    /* An answer may be ended after the client has gone, and finishes into the void then. */
    finished = (message) => {
        const response = message?.response;
        const began = this.#inFlight.get(response);

        if (began === undefined)
            return;
        if (response.destroyed === true)
            this.#inFlight.end(response, howDestroyed(response));
        else
            this.#inFlight.end(response, FINISHED, began);
    };

    #judge = (response) => {
        const destroyed = ownData(response, 'destroyed');

        if (destroyed === true || ownData(response, '_closed') === true)
            this.#inFlight.end(response, howDestroyed(response));
        else if (typeof destroyed !== 'boolean' || connectionGone(response))
            this.#inFlight.end(response, ABORTED);
    };

    sweep()
    {
        this.#inFlight.sweep(this.#judge);
    }

    clear()
    {
        this.#inFlight.clear();
    }
}

module.exports = { ServerRequests };
