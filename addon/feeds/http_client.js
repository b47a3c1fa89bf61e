/* SPDX-License-Identifier: MIT */
/*
 * Requests that node:http sends. Node tells when one has been written, when the head of its
 * answer is there, and when it has failed before that. It does not tell the end of the
 * answer, nor what happens on the way there: settle() looks at the last few answers in each
 * turn of the loop in which there are such, and sweep() at all requests.
 *
 * Hot: started() and answered() run once for each request, inside the application's turn.
 */
'use strict';

const { nanoseconds } = require('../clock.js');
const { FINISHED, ABORTED, ERRORS } = require('./durations.js');
const { InFlight } = require('./in_flight.js');
const { isObject, ownData, ownObject } = require('./plain.js');

const FRESH = 64;

/* Given up by the application, rather than failed: what destroys a request sets this before
 * the error comes. A system error is one, whoever hands it on. */
function gaveUp(request, error)
{
    return request.destroyed === true &&
        !(isObject(error) && typeof ownData(error, 'syscall') === 'string');
}

class ClientRequests
{
    #inFlight;
    #fresh = new Array(2 * FRESH).fill(null);   /* request, response …: answered lately */
    #used = 0;                  /* of it */
    #old = 0;                   /* so much of that was there at the last sweep */
    #full = false;              /* all of it is still coming in */
    #swept = new WeakSet();     /* whose end we noticed before Node told of it */
    #flag;
    #onAgent;

    /* `flag`: a Float64Array whose only element says whether settle() is worth a call;
     * `onAgent(agent)` is told of the agent of each request. */
    constructor(cells, flag, onAgent)
    {
        this.#inFlight = new InFlight(cells);
        this.#flag = flag;
        this.#onAgent = onAgent;
    }

    started = (message) => {
        const request = message?.request;

        if (!isObject(request))
            return;
        this.#onAgent(request.agent);
        /* Answered before all of it was sent: counted by then. */
        if (!isObject(request.res))
            this.#inFlight.start(request, nanoseconds());
    };

    answered = (message) => {
        const request = message?.request;
        const response = message?.response;

        if (!isObject(request) || !isObject(response))
            return;
        if (this.#inFlight.get(request) === undefined &&
            (request.finished !== false || !this.#inFlight.start(request, 0)))
            return;
        if (this.#used === 2 * FRESH && !this.#full)
            this.settle();
        if (this.#used < 2 * FRESH) {
            this.#fresh[this.#used++] = request;
            this.#fresh[this.#used++] = response;
        }
        this.#flag[0] = 1;
    };

    failed = (message) => {
        const request = message?.request;

        if (!isObject(request) || !this.#isNew(request))
            return;
        this.#inFlight.end(request, gaveUp(request, message.error) ? ABORTED : ERRORS);
    };

    /* In flight, or failed before it could be sent. */
    #isNew(request)
    {
        if (this.#inFlight.get(request) !== undefined)
            return true;
        const known = isObject(request.res) || this.#swept.has(request) ||
            (request.finished === true && isObject(request.socket));

        return !known && this.#inFlight.start(request, 0);
    }

    /* An answer is whole when its parser says so, whether anybody has read it or not. */
    settle()
    {
        const fresh = this.#fresh;
        const old = this.#old;
        let kept = 0;

        for (let i = 0; i < this.#used; i += 2) {
            if (i === old)
                this.#old = kept;
            if (this.#isComing(fresh[i], fresh[i + 1])) {
                fresh[kept++] = fresh[i];
                fresh[kept++] = fresh[i + 1];
            }
        }
        this.#old = Math.min(this.#old, kept);
        this.#keep(0, kept);
        this.#full = kept === 2 * FRESH;
    }

    /* Only what lies there. The array keeps its length, or V8 would make a new one. */
    #keep(from, to)
    {
        const fresh = this.#fresh;
        let kept = 0;

        for (let i = from; i < to; i++)
            fresh[kept++] = fresh[i];
        for (let i = kept; i < this.#used; i++)
            fresh[i] = null;
        this.#used = kept;
        this.#flag[0] = kept;
    }

    #isComing(request, response)
    {
        const began = this.#inFlight.get(request);

        if (began === undefined)
            return false;
        if (response.complete !== true)
            return true;
        this.#inFlight.end(request, FINISHED, began);
        return false;
    }

    #judge = (request, began) => {
        const destroyed = ownData(request, 'destroyed');
        const response = ownObject(request, 'res');
        const whole = response !== null && (ownData(response, 'complete') === true ||
            ownData(request, 'upgradeOrConnect') === true);

        if (whole)
            this.#inFlight.end(request, FINISHED, began);
        else if (destroyed !== false) {
            this.#swept.add(request);
            this.#inFlight.end(request, ABORTED);
        }
    };

    /* What has been coming in for a whole tick need not be looked at in every turn. */
    sweep()
    {
        this.settle();
        this.#keep(this.#old, this.#used);
        this.#old = this.#used;
        this.#inFlight.sweep(this.#judge);
    }

    clear()
    {
        this.#keep(0, 0);
        this.#old = 0;
        this.#inFlight.clear();
    }
}

module.exports = { ClientRequests };
