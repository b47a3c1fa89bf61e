/* SPDX-License-Identifier: MIT */
/**
 * Finds out what is still there of what a trace has noted, and sums it up by stack.
 *
 * A listener is looked up in its emitter: one and the same function may have been added a
 * thousand times and taken away 999 times, so what counts is how often it is there, and not
 * whether. Each list is read once, however many notes there are of it.
 *
 * Goes in slices: the notes and the lists may be long.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_TRACE_JUDGE_H
#define PORTHOLE_ADDON_TRACE_JUDGE_H

#include "peek.h"
#include "tables.h"
#include "trace_notes.h"

#include <v8-isolate.h>
#include <v8-object.h>
#include <v8-persistent-handle.h>

#include <cstdint>

class TraceJudge
{
public:
    /* What one stack has added of one kind. */
    struct Row {
        uint64_t key;
        uint64_t added, alive;
        uint64_t most;  /* alive in one list */
        uint64_t piled; /* alive, without the first in each list */
        uint32_t stack, what;
    };

    /**
     * Go on until `until_ns` on the clock of uv_hrtime() has come.
     *
     * @return false if there is more to do.
     *
     * Threads: isolate thread, in a context, as all that follow.
     */
    bool advance(v8::Isolate *isolate, TraceNotes &notes, uint64_t until_ns);

    /** Memory was out: there is no verdict. */
    bool failed() const { return failed_; }

    const KeyTable<Row> &rows() const { return rows_; }

    void clear();

private:
    /* All notes of one listener in one list. */
    struct Group {
        uint64_t key;
        uint64_t weight, count; /* that the notes stand for; that are in the list */
        uint32_t notes;
        bool     judged;
        uint64_t left;          /* of those alive, not given to a note yet */
        uint64_t list;
    };
    /* What a row has alive in one list. */
    struct Share {
        uint64_t key;
        uint64_t alive;
    };
    /* One event of one emitter. */
    struct List {
        uint64_t key;
        uint32_t note; /* one of those that are about it */
    };
    enum Phase : uint8_t { GATHER, READ, SUM, DONE };

    bool step(v8::Isolate *isolate, TraceNotes &notes);
    void gather(v8::Isolate *isolate, TraceNotes &notes, uint32_t i);
    List *list_of(v8::Isolate *isolate, const TraceNotes &notes, uint32_t i);
    bool read(v8::Isolate *isolate, const TraceNotes &notes, const List &list);
    bool read_array(Peek &peek, v8::Local<v8::Array> array, const List &list);
    bool read_chain(Peek &peek, v8::Local<v8::Object> link, const List &list);
    void count(const List &list, v8::Local<v8::Value> listener);
    uint64_t alive(v8::Isolate *isolate, const TraceNotes::Note &note);
    bool pile(const TraceNotes::Note &note, uint64_t alive, Row *row);
    void sum(v8::Isolate *isolate, const TraceNotes &notes, uint32_t i);

    Phase                  phase_ = GATHER;
    bool                   failed_ = false;
    uint32_t               at_ = 0;      /* notes, or lists, that are through */
    uint32_t               element_ = 0; /* of the list in hand */
    v8::Global<v8::Object> link_;        /* the same, where a list is a chain */
    KeyTable<List>         lists_;
    KeyTable<Group>        groups_;
    KeyTable<Share>        shares_;
    KeyTable<Row>          rows_;
};

#endif /* PORTHOLE_ADDON_TRACE_JUDGE_H */
