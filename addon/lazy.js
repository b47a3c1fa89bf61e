/* SPDX-License-Identifier: MIT */
/*
 * A part of the face that most applications do not use, loaded when one does: a file costs a
 * third of a millisecond of start-up.
 */
'use strict';

class Lazy
{
    #make;
    #made = null;
    #binding = null;    /* it is to be attached to, while there is an agent */

    /** `make()` returns what get() is asked for; with attach(binding) and detach(). */
    constructor(make)
    {
        this.#make = make;
    }

    get()
    {
        if (this.#made === null) {
            this.#made = this.#make();
            if (this.#binding !== null)
                this.#made.attach(this.#binding);
        }
        return this.#made;
    }

    attach(binding)
    {
        this.#binding = binding;
        this.#made?.attach(binding);
    }

    detach()
    {
        this.#binding = null;
        this.#made?.detach();
    }
}

module.exports = { Lazy };
