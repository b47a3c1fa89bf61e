/* SPDX-License-Identifier: MIT */
/*
 * What is called in the middle of the application's code throws nothing there. It may happen
 * to us as to anybody: the stack is at its end, `this` is no object, a message is none of
 * Node's, a method of Array is the application's.
 */
'use strict';

/** `work`, of up to three arguments; what it throws ends here, and its result. */
function harmless(work)
{
    return (first, second, third) => {
        try {
            work(first, second, third);
        } catch {
            /* this one is not counted */
        }
    };
}

module.exports = { harmless };
