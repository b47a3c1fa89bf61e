/* SPDX-License-Identifier: MIT */
/*
 * Where an object of the application lies in a list of ours, kept on the object itself: as a
 * private field, which no code but this can see, ask for or stumble over, and which goes away
 * with the object.
 *
 * In a Map from the object to what is known of it, each request cost up to 8 microseconds: V8
 * links the table that a Map has outgrown to its next one. Once one of them has become old,
 * minor collections keep all that follow, and copy every request that was in flight when its
 * table was outgrown, with all that hangs on it, until the next full collection.
 */
'use strict';

/* A constructor that hands out what it is given has the field put on that. */
class Given
{
    constructor(object)
    {
        return object;
    }
}

class Place extends Given
{
    #at;

    constructor(object, at)
    {
        super(object);
        this.#at = at;
    }

    /** The first place of `object`. Throws if it has one, or cannot have one. */
    static give(object, at)
    {
        new Place(object, at);
    }

    /** -1: it never had one. To ask first, by `#at in`, would be a call into the engine. */
    static of(object)
    {
        try {
            return object.#at;
        } catch {
            return -1;
        }
    }

    /** Another one. Throws if it has none. */
    static move(object, at)
    {
        object.#at = at;
    }
}

module.exports = { Place };
