/* SPDX-License-Identifier: MIT */
/**
 * porthole/gcstats: the statistics of Lloyd Hilaiel's gcstats (2012), on Node's own collector
 * callbacks as they are today. Works without porthole.start(), and in workers, each of which
 * counts for itself. Never keeps the event loop alive.
 *
 *     const gcstats = require('porthole/gcstats');
 *     gcstats.on('gc', () => console.log(gcstats.stats()));
 *
 * What differs from the original: events come on the next turn of the loop, not inside the
 * collection, where no JavaScript may run; estimated_base and usage_trend are numbers, where
 * the original had texts made by toFixed(); V8 no longer tells which collections compacted,
 * so heap_compactions is num_full_gc, as in memwatch since Node 0.8; and the first three
 * compactions count for the means as well (damped). Counting begins when the module is
 * loaded. If the loop is blocked, the last 64 full collections reach the means when it turns
 * again or when stats() is called; the numbers of collections are always exact.
 *
 * If the native part cannot be loaded, there is one warning (PORTHOLE_UNAVAILABLE), and the
 * numbers of collections are null.
 */
import { EventEmitter } from 'events';

declare namespace gcstats {
    interface Extreme {
        /** null until the fourth full collection. */
        bytes: number | null;
        when: Date | null;
    }

    /** porthole's own estimate, from the agent of this process: the heap that is really kept,
     *  and how it grows, by wall clock instead of by number of collections. */
    interface Floor {
        bytes: number | null;
        slope_bytes_per_hour: number | null;
        /** Between these the slope is, with 95 %. */
        slope_low: number | null;
        slope_high: number | null;
        window_s: number | null;
        samples: number;
    }

    interface Stats {
        /** Full collections: mark-sweep-compact. */
        num_full_gc: number | null;
        /** All others: scavenges, starts of incremental marking, rounds of weak callbacks. */
        num_inc_gc: number | null;
        heap_compactions: number | null;
        /** By how many percent the recent base exceeds the long-term one. */
        usage_trend: number;
        /** Mean of the heap after about the last 10 full collections, in bytes. */
        estimated_base: number;
        /** Heap after the last full collection, in bytes. */
        current_base: number;
        min: Extreme;
        max: Extreme;
        /** null without an agent (porthole.start()), and until it knows. */
        floor: Floor | null;
    }

    interface GcStats extends EventEmitter {
        stats(): Stats;
        /** After each full collection. */
        on(event: 'gc', listener: (info: { compacted: true }) => void): this;
        /** After each other collection; more than 1000 in one turn of the loop are told as
         *  `skipped`. */
        on(event: 'gc_incremental',
            listener: (info: { compacted: false; skipped: number }) => void): this;
        on(event: string | symbol, listener: (...args: any[]) => void): this;
    }
}

declare const gcstats: gcstats.GcStats;
export = gcstats;
