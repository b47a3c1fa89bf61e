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

/* Every answer carries this header with the agent's version: the cheapest way to tell
 * a porthole from some other server on the same port. */
#define PORTHOLE_HEADER "X-Porthole"

#define PORTHOLE_STATE_MAX_BYTES (4u << 20) /* the agent never serves a longer /state */

/* ---- Run directory ------------------------------------------------------------------
 * One directory per user, mode 0700, on tmpfs: PORTHOLE_RUN_DIR if set, else
 * PORTHOLE_RUN_BASE "/" PORTHOLE_RUN_PREFIX UID. It holds, per process,
 * PID.sock (the unix listener) and PID.porthole (the recorder file below). */
#define PORTHOLE_RUN_ENV "PORTHOLE_RUN_DIR"
#define PORTHOLE_RUN_BASE "/dev/shm"
#define PORTHOLE_RUN_PREFIX "porthole-"
#define PORTHOLE_SOCKET_SUFFIX ".sock"
#define PORTHOLE_RECORD_SUFFIX ".porthole"

/* ---- Recorder file: PID.porthole ----------------------------------------------------
 * struct porthole_record, then two slots of `slot_bytes` each. A slot is a struct
 * porthole_record_slot followed by `length` bytes of the /state document. The agent
 * writes the slots in turn; the valid slot with the higher `sequence` is the newest. A
 * slot is valid if `length` fits and `checksum` matches, so that a write cut short by
 * death costs one tick, never the file. Host byte order: it never leaves the machine. */
#define PORTHOLE_RECORD_MAGIC "PORTHOLE" /* 8 bytes, no NUL */
#define PORTHOLE_RECORD_VERSION 1u

struct porthole_record {
    char     magic[8];
    uint32_t version;
    uint32_t header_bytes;      /* offset of the first slot */
    uint64_t slot_bytes;        /* including its porthole_record_slot */
    uint64_t pid;
    uint64_t start_ticks;       /* field 22 of /proc/PID/stat: tells a reused PID apart */
    uint64_t tick_ms;
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

#endif /* PORTHOLE_WIRE_H */
