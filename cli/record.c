/* SPDX-License-Identifier: MIT */
/*
 * record: recorder files, read with pread(). Mapping one would let its writer kill us by
 * truncating it.
 */
#include "record.h"

#include "mem.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOTS 2

/* Attempts to read a slot that its writer may be overwriting at the moment. */
#define ATTEMPTS 3

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

static uint32_t fnv1a(uint32_t hash, const void *bytes, size_t len)
{
    const unsigned char *b = bytes;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ b[i]) * 16777619u;
    return hash;
}

static uint32_t checksum(const struct porthole_record_slot *slot, const char *document)
{
    uint32_t hash = 2166136261u;

    hash = fnv1a(hash, &slot->sequence, sizeof slot->sequence);
    hash = fnv1a(hash, &slot->written_unix_ns, sizeof slot->written_unix_ns);
    hash = fnv1a(hash, &slot->length, sizeof slot->length);
    return fnv1a(hash, document, slot->length);
}

static const char *check_header(const struct porthole_record *h, uint64_t file_bytes)
{
    const uint64_t most = PORTHOLE_STATE_MAX_BYTES + sizeof(struct porthole_record_slot);

    if (memcmp(h->magic, PORTHOLE_RECORD_MAGIC, sizeof h->magic) != 0)
        return "not a recorder file";
    if (h->version != PORTHOLE_RECORD_VERSION)
        return "recorder file of another version";
    if (h->header_bytes < sizeof *h || h->header_bytes > 65536)
        return "bad header size";
    if (h->slot_bytes < sizeof(struct porthole_record_slot) || h->slot_bytes > 2 * most)
        return "bad slot size";
    if (file_bytes < h->header_bytes + SLOTS * h->slot_bytes)
        return "file is shorter than it says";
    if (memchr(h->url, '\0', sizeof h->url) == NULL ||
        memchr(h->socket, '\0', sizeof h->socket) == NULL)
        return "text without an end";
    if (h->pid == 0 || h->pid > INT32_MAX)
        return "bad process id";
    return NULL;
}

/* Take the slot into `out` if it is valid and newer than what is there. */
static void take_slot(int fd, uint64_t offset, uint64_t slot_bytes, struct record *out)
{
    struct porthole_record_slot slot;
    char *document;

    if (!read_at(fd, &slot, sizeof slot, offset) || slot.sequence <= out->sequence ||
        slot.length > slot_bytes - sizeof slot || slot.length > PORTHOLE_STATE_MAX_BYTES)
        return;
    document = mem_new(slot.length + 1, 1);
    if (!read_at(fd, document, slot.length, offset + sizeof slot) ||
        checksum(&slot, document) != slot.checksum) {
        free(document);
        return;
    }
    free(out->document);
    out->document = document;
    out->length = slot.length;
    out->sequence = slot.sequence;
    out->written_unix_ns = slot.written_unix_ns;
}

const char *record_read(int fd, struct record *out)
{
    struct porthole_record h;
    struct stat st;
    const char *wrong;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return "not a regular file";
    if (!read_at(fd, &h, sizeof h, 0))
        return "file is shorter than its header";
    wrong = check_header(&h, (uint64_t)st.st_size);
    if (wrong != NULL)
        return wrong;
    *out = (struct record){ .pid = h.pid, .start_ticks = h.start_ticks, .tick_ms = h.tick_ms };
    memcpy(out->url, h.url, sizeof out->url);
    memcpy(out->socket, h.socket, sizeof out->socket);
    for (int i = 0; i < ATTEMPTS && out->sequence == 0; i++) {
        for (unsigned slot = 0; slot < SLOTS; slot++)
            take_slot(fd, h.header_bytes + slot * h.slot_bytes, h.slot_bytes, out);
    }
    return NULL;
}

void record_fini(struct record *record)
{
    free(record->document);
    *record = (struct record){ 0 };
}
