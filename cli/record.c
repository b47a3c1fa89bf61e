/* SPDX-License-Identifier: MIT */
/*
 * record: recorder files, read with pread(). Mapping one would let its writer kill us by
 * truncating it.
 */
#include "record.h"

#include "agent/record_sum.h"
#include "mem.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOTS PORTHOLE_RECORD_SLOTS

/* Attempts to read what its writer may be overwriting at the moment. */
#define ATTEMPTS 3

#define FIGURE_MOST 1e18

static bool read_at(int fd, void *bytes, size_t len, uint64_t offset)
{
    size_t done = 0;

    while (done < len) {
        ssize_t n = pread(fd, (char *)bytes + done, len - done, (off_t)(offset + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

/* ---- Header ------------------------------------------------------------------------ */

static uint64_t trail_offset(const struct porthole_record *h)
{
    return h->header_bytes + SLOTS * h->slot_bytes;
}

static const char *other_version(uint32_t version)
{
    static _Thread_local char text[96];

    snprintf(text, sizeof text, "recorder file of version %u, and this command reads %u only",
             (unsigned)version, PORTHOLE_RECORD_VERSION);
    return text;
}

static const char *check_sizes(const struct porthole_record *h, uint64_t file_bytes)
{
    const uint64_t most = PORTHOLE_STATE_MAX_BYTES + sizeof(struct porthole_record_slot);

    if (h->header_bytes < sizeof *h || h->header_bytes > 65536)
        return "bad header size";
    if (h->slot_bytes < sizeof(struct porthole_record_slot) || h->slot_bytes > 2 * most)
        return "bad slot size";
    if (h->trail_rows > PORTHOLE_TRAIL_ROWS ||
        h->row_bytes != sizeof(struct porthole_record_row))
        return "bad trail size";
    if (file_bytes < trail_offset(h) + (uint64_t)h->trail_rows * h->row_bytes)
        return "file is shorter than it says";
    return NULL;
}

static const char *check_header(const struct porthole_record *h, uint64_t file_bytes)
{
    const char *wrong = check_sizes(h, file_bytes);

    if (wrong != NULL)
        return wrong;
    if (memchr(h->url, '\0', sizeof h->url) == NULL ||
        memchr(h->socket, '\0', sizeof h->socket) == NULL)
        return "text without an end";
    if (h->pid == 0 || h->pid > INT32_MAX)
        return "bad process id";
    return NULL;
}

/* Another version may have a shorter header: what all have in common comes first. */
static const char *read_header(int fd, struct porthole_record *h)
{
    const size_t common = offsetof(struct porthole_record, header_bytes);
    struct stat st;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return "not a regular file";
    if (st.st_size == 0)
        return "file is empty";
    if (!read_at(fd, h, common, 0))
        return "file is shorter than its header";
    if (memcmp(h->magic, PORTHOLE_RECORD_MAGIC, sizeof h->magic) != 0)
        return "not a recorder file";
    if (h->version != PORTHOLE_RECORD_VERSION)
        return other_version(h->version);
    if (!read_at(fd, h, sizeof *h, 0))
        return "file is shorter than its header";
    return check_header(h, (uint64_t)st.st_size);
}

/* ---- Slots ------------------------------------------------------------------------- */

/* Take the slot into `out` if it is valid and newer than what is there; what it says its
 * sequence is, if it is not valid. */
static uint64_t take_slot(int fd, uint64_t offset, uint64_t slot_bytes, struct record *out)
{
    struct porthole_record_slot slot;
    char *document;

    if (!read_at(fd, &slot, sizeof slot, offset) || slot.sequence <= out->sequence)
        return 0;
    if (slot.length > slot_bytes - sizeof slot || slot.length > PORTHOLE_STATE_MAX_BYTES)
        return slot.sequence;
    document = mem_new(slot.length + 1, 1);
    if (!read_at(fd, document, slot.length, offset + sizeof slot) ||
        ph_record_sum_slot(&slot, document) != slot.checksum) {
        free(document);
        return slot.sequence;
    }
    free(out->document);
    out->document = document;
    out->length = slot.length;
    out->sequence = slot.sequence;
    out->written_unix_ns = slot.written_unix_ns;
    return 0;
}

static void take_newest(int fd, const struct porthole_record *h, struct record *out)
{
    uint64_t newest_torn = 0;

    for (unsigned i = 0; i < SLOTS; i++) {
        uint64_t torn = take_slot(fd, h->header_bytes + i * h->slot_bytes, h->slot_bytes, out);

        newest_torn = torn > newest_torn ? torn : newest_torn;
    }
    out->torn = newest_torn > out->sequence;
}

const char *record_read(int fd, struct record *out)
{
    struct porthole_record h;
    const char *wrong = read_header(fd, &h);

    if (wrong != NULL)
        return wrong;
    *out = (struct record){ .pid = h.pid,
                            .start_ticks = h.start_ticks,
                            .tick_ms = h.tick_ms,
                            .closed_unix_ns = h.closed_unix_ns };
    memcpy(out->url, h.url, sizeof out->url);
    memcpy(out->socket, h.socket, sizeof out->socket);
    for (int i = 0; i < ATTEMPTS && (i == 0 || out->torn); i++)
        take_newest(fd, &h, out);
    return NULL;
}

/* ---- Trail ------------------------------------------------------------------------- */

static int by_sequence(const void *a, const void *b)
{
    const struct porthole_record_row *p = a, *q = b;

    return (p->sequence > q->sequence) - (p->sequence < q->sequence);
}

static void tame_figures(struct porthole_record_row *row)
{
    for (size_t i = 0; i < PORTHOLE_FIGURES; i++)
        if (!(row->figure[i] >= 0 && row->figure[i] <= FIGURE_MOST))
            row->figure[i] = NAN;
}

/* Keep the rows that are whole and where they belong, in order of their sequence. */
static size_t keep_valid(struct porthole_record_row *rows, size_t n)
{
    size_t kept = 0, stale = 0;

    for (size_t i = 0; i < n; i++) {
        if (rows[i].sequence == 0 || rows[i].sequence % n != i ||
            rows[i].checksum != ph_record_sum_row(&rows[i]))
            continue;
        rows[kept] = rows[i];
        tame_figures(&rows[kept++]);
    }
    qsort(rows, kept, sizeof *rows, by_sequence);
    while (stale < kept && rows[kept - 1].sequence - rows[stale].sequence >= n)
        stale++;
    memmove(rows, rows + stale, (kept - stale) * sizeof *rows);
    return kept - stale;
}

void record_read_trail(int fd, struct record *record)
{
    struct porthole_record_row *rows;
    struct porthole_record h;

    if (record->trail != NULL || read_header(fd, &h) != NULL || h.pid != record->pid ||
        h.start_ticks != record->start_ticks || h.trail_rows == 0)
        return;
    rows = mem_new(h.trail_rows, sizeof *rows);
    if (!read_at(fd, rows, h.trail_rows * sizeof *rows, trail_offset(&h))) {
        free(rows);
        return;
    }
    record->trail = rows;
    record->trail_count = keep_valid(rows, h.trail_rows);
}

void record_fini(struct record *record)
{
    free(record->document);
    free(record->trail);
    *record = (struct record){ 0 };
}
