/* SPDX-License-Identifier: MIT */
/**
 * The contract between the agent and whoever reads it: schema version, default port,
 * paths, where local processes are found, and the layout of the recorder file. Macros
 * and plain structs only, so that both halves can include it and neither depends on the
 * other.
 */
#ifndef PORTHOLE_WIRE_H
#define PORTHOLE_WIRE_H

#include <stdint.h>

#define PORTHOLE_SCHEMA 1            /* "porthole.schema"; fields may be added within it */
#define PORTHOLE_DEFAULT_PORT 9090
#define PORTHOLE_PORT_TRIES 100      /* port .. port + 99 */

#define PORTHOLE_PATH_STATE "/state"
#define PORTHOLE_PATH_METRICS "/metrics"
#define PORTHOLE_PATH_HEALTHZ "/healthz"
#define PORTHOLE_PATH_LIVEZ "/livez"
#define PORTHOLE_PATH_STACK "/stack"
#define PORTHOLE_PATH_BLOCKS "/blocks"
#define PORTHOLE_PATH_PROFILE "/profile"
#define PORTHOLE_PATH_HISTOGRAM "/heap/histogram"
#define PORTHOLE_PATH_SNAPSHOT "/heap/snapshot"
#define PORTHOLE_PATH_HEAP_PROFILE "/heap/profile"
#define PORTHOLE_PATH_CAPTURES "/captures"
#define PORTHOLE_PATH_LISTENERS "/listeners"
#define PORTHOLE_PATH_TRACE "/trace"
#define PORTHOLE_PATH_HISTORY "/history" /* /history/SERIES */
#define PORTHOLE_PATH_SUSPECTS "/suspects"
#define PORTHOLE_PATH_OBJECTS "/objects" /* /objects/TYPE, /objects/TYPE/ID */
#define PORTHOLE_PATH_KANG "/kang"       /* /kang/snapshot, /kang/schema */

/* What an answer cost the host, as "loop_ms=12.3; gc_ms=4.5": on answers whose format has
 * no room for it, and on all others that have stopped a loop. */
#define PORTHOLE_COST_HEADER "X-Porthole-Cost"

/* Every answer carries this header with the agent's version: the cheapest way to tell
 * a porthole from some other server on the same port. */
#define PORTHOLE_HEADER "X-Porthole"

#define PORTHOLE_STATE_MAX_BYTES (4u << 20) /* the agent never serves a longer /state */

/* ---- Run directory ------------------------------------------------------------------
 * One directory per user, mode 0700, on tmpfs: PORTHOLE_RUN_DIR if set, else
 * PORTHOLE_RUN_BASE "/" PORTHOLE_RUN_PREFIX UID. It holds, per process,
 * PID.sock (the unix listener), PID.porthole (the recorder file below), PID.history (what
 * its numbers were, below), and what capture rules have kept:
 * PID-YYYYmmddTHHMMSSmmmZ-RULE-KIND.EXTENSION, RULE counted from 1. A name that ends in
 * ".new" is a file being written. */
#define PORTHOLE_RUN_ENV "PORTHOLE_RUN_DIR"
#define PORTHOLE_RUN_BASE "/dev/shm"
#define PORTHOLE_RUN_PREFIX "porthole-"
#define PORTHOLE_SOCKET_SUFFIX ".sock"
#define PORTHOLE_RECORD_SUFFIX ".porthole"
#define PORTHOLE_HISTORY_SUFFIX ".history"
#define PORTHOLE_PARTIAL_SUFFIX ".new"

/* ---- Recorder file: PID.porthole ----------------------------------------------------
 * struct porthole_record, two slots of `slot_bytes` each, then the trail. A slot is a
 * struct porthole_record_slot followed by `length` bytes of the /state document. The
 * agent writes the slots in turn; the valid slot with the higher `sequence` is the
 * newest. A slot is valid if `length` fits and `checksum` matches, so that a write cut
 * short by death costs one tick, never the file. The trail is a ring of `trail_rows`
 * rows, one per tick: the row of tick `sequence` lies at `sequence` modulo `trail_rows`
 * and is valid by its own checksum. Host byte order: it never leaves the machine. */
#define PORTHOLE_RECORD_MAGIC "PORTHOLE" /* 8 bytes, no NUL */
#define PORTHOLE_RECORD_VERSION 2u
#define PORTHOLE_RECORD_SLOTS 2u
#define PORTHOLE_TRAIL_ROWS 600u         /* ten minutes, at a tick a second */

struct porthole_record {
    char     magic[8];          /* this and `version` are the same in every version */
    uint32_t version;
    uint32_t header_bytes;      /* offset of the first slot */
    uint64_t slot_bytes;        /* including its porthole_record_slot */
    uint32_t trail_rows;
    uint32_t row_bytes;         /* sizeof(struct porthole_record_row) */
    uint64_t pid;
    uint64_t start_ticks;       /* field 22 of /proc/PID/stat: tells a reused PID apart */
    uint64_t tick_ms;
    uint64_t closed_unix_ns;    /* when the agent was stopped in good order, right before
                                   the file's removal; 0: it was not */
    char     url[64];           /* NUL-terminated; "" without a TCP listener */
    char     socket[128];       /* NUL-terminated; "" without a unix listener */
};

struct porthole_record_slot {
    uint64_t sequence;          /* 1, 2, …; 0 = never written */
    uint64_t written_unix_ns;
    uint32_t length;
    uint32_t checksum;          /* FNV-1a, 32 bits, over sequence, written_unix_ns and
                                   length as they lie here, then the document */
};

/* Key figures of one tick. Those of a thread are the main thread's. */
enum porthole_figure {
    PORTHOLE_FIGURE_RSS_BYTES,
    PORTHOLE_FIGURE_CPU_S,              /* of the process, user and system, so far */
    PORTHOLE_FIGURE_FDS,
    PORTHOLE_FIGURE_TCP_ESTABLISHED,
    PORTHOLE_FIGURE_HEAP_USED_BYTES,
    PORTHOLE_FIGURE_EXTERNAL_BYTES,     /* array buffers included */
    PORTHOLE_FIGURE_FULL_GCS,           /* so far */
    PORTHOLE_FIGURE_GC_PAUSE_S,         /* so far */
    PORTHOLE_FIGURE_UTILIZATION,        /* 0 .. 1 */
    PORTHOLE_FIGURE_DELAY_P99_MS,
    PORTHOLE_FIGURE_BLOCKED_MS,
    PORTHOLE_FIGURE_HANDLES,
    PORTHOLE_FIGURE_LISTENERS,
    PORTHOLE_FIGURES
};

struct porthole_record_row {
    uint64_t sequence;          /* that of the tick's slot; 0 = never written */
    uint64_t written_unix_ns;
    double   figure[PORTHOLE_FIGURES]; /* NaN: unknown */
    uint32_t reserved;          /* 0 */
    uint32_t checksum;          /* FNV-1a, 32 bits, over all that lies before it */
};

/* ---- History file: PID.history ------------------------------------------------------
 * A struct porthole_history, then slots of `slot_bytes` each: a struct porthole_history_slot
 * and a struct ph_rings (agent/rings.h). The first slot is the process's load, the others are
 * one series each; they are written at a slower pace than the state, one by one, each with
 * its own checksum: a write cut short by death costs one series. Slots that were never
 * written are zeros or beyond the end.
 *
 * Whoever writes the file holds flock(LOCK_EX) on it. It stays when the agent is stopped or
 * dies; the next process of the same service and component that starts after the same boot
 * makes it its own, by that lock and by renaming it. */
#define PORTHOLE_HISTORY_MAGIC "PORTHIST" /* 8 bytes, no NUL */
#define PORTHOLE_HISTORY_VERSION 1u

struct porthole_history {
    char     magic[8];          /* this and `version` are the same in every version */
    uint32_t version;
    uint32_t header_bytes;      /* offset of the first slot */
    uint64_t slot_bytes;
    uint64_t pid;
    uint64_t start_ticks;
    uint64_t written_unix_ns;   /* when a round of writing began last */
    double   born_s;            /* CLOCK_BOOTTIME: what is older is a predecessor's; NaN */
    double   origin_s, scale;   /* see agent/history_clock.h */
    char     boot_id[40];       /* NUL-terminated, as below */
    char     service[132];
    char     component[132];    /* "": none */
    uint64_t checksum;          /* of all that lies before it: ph_record_sum_words() */
};

struct porthole_history_slot {
    uint64_t hash;              /* of the whole name; 0: the load */
    uint64_t second;            /* CLOCK_BOOTTIME in seconds: how far the rings have come */
    double   seen_s;            /* when the number was there last */
    char     name[128];         /* NUL-terminated, cut if need be */
    int32_t  thread;            /* -1: of none */
    uint16_t kind, unit;        /* enum ph_kind and ph_unit of agent/metric.h */
    uint64_t checksum;          /* of all that lies before it, then of the rings */
};

#endif /* PORTHOLE_WIRE_H */
