/* SPDX-License-Identifier: MIT */
/**
 * porthole/memwatch: stands in for memwatch 0.2.2, memwatch-next and @airbnb/node-memwatch.
 * Works without porthole.start(), and in workers, each of which watches its own heap. Never
 * keeps the event loop alive. Collections are watched only while somebody listens to 'stats'
 * or 'leak'; what is counted counts from then.
 *
 *     const memwatch = require('porthole/memwatch');
 *     memwatch.on('leak', (info) => console.warn(info.reason));
 *
 * What differs: sizes above 4 GiB are right, a falling usage_trend is negative, the damping
 * of the first ten collections works, and no rate is printed when no time has passed. Events
 * come on the next turn of the loop; of a blocked loop's collections the last 64 are told.
 */
import { EventEmitter } from 'events';

declare namespace memwatch {
    interface Stats {
        num_full_gc: number;
        /** All other collections until then. */
        num_inc_gc: number;
        /** The same as num_full_gc. */
        heap_compactions: number;
        /** By how many percent the recent base exceeds the long-term one. */
        usage_trend: number;
        /** Mean of the heap after about the last 10 full collections, in bytes. */
        estimated_base: number;
        /** Heap after this collection, in bytes. */
        current_base: number;
        /** In bytes; 0 until the fourth full collection. */
        min: number;
        max: number;
    }

    /** The heap has grown over five consecutive full collections. Any heap that goes up and
     *  down at random does so once in 720 of them: take it for a hint, and see porthole's
     *  own figures for a verdict. */
    interface Leak {
        start: Date;
        end: Date;
        /** Bytes, from the first of the five to the last. */
        growth: number;
        reason: string;
    }

    interface Side {
        /** Live objects; strings and numbers are none. */
        nodes: number;
        time: Date;
        /** Heap in use right after all garbage was collected. */
        size_bytes: number;
        size: string;
    }

    interface Detail {
        /** Name of the constructor. */
        what: string;
        /** Growth in bytes of what array buffers and their views show. null for all others:
         *  objects are counted, not weighed. */
        size_bytes: number | null;
        size: string | null;
        /** More live objects than before, or 0. Those that came and those that went are not
         *  told apart: only one of '+' and '-' is not 0. */
        '+': number;
        '-': number;
    }

    interface Difference {
        before: Side;
        after: Side;
        change: {
            size_bytes: number;
            size: string;
            freed_nodes: number;
            allocated_nodes: number;
            /** What has grown most comes first. */
            details: Detail[];
        };
    }

    /** Counts all live objects by constructor, now and at end(). The thread stands still for
     *  each: some 20 ms and 3.4 ms more for each megabyte of heap. Throws without the native
     *  part (code PORTHOLE_UNAVAILABLE). */
    class HeapDiff {
        constructor();
        /** Once only. */
        end(): Difference;
    }

    interface Memwatch extends EventEmitter {
        HeapDiff: typeof HeapDiff;
        /** Collect all garbage: by --expose-gc's gc() if it is there, else by the call V8 has
         *  for embedders that are short of memory. Throws if there is neither (code
         *  PORTHOLE_UNAVAILABLE). */
        gc(): void;
        /** After each full collection. */
        on(event: 'stats', listener: (stats: Stats) => void): this;
        on(event: 'leak', listener: (leak: Leak) => void): this;
        on(event: string | symbol, listener: (...args: any[]) => void): this;
    }
}

declare const memwatch: memwatch.Memwatch;
export = memwatch;
