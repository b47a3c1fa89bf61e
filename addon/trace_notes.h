/* SPDX-License-Identifier: MIT */
/**
 * What a trace has noted: who was added to, or opened; where; and for how many it stands.
 * Objects are held weakly, listeners not at all: their identity hash is enough to find them
 * in a list again.
 *
 * Weak handles and not WeakRefs: a WeakRef costs ten times as much, and keeps a young object
 * alive until the next full collection.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_TRACE_NOTES_H
#define PORTHOLE_ADDON_TRACE_NOTES_H

#include "peek.h"
#include "tables.h"

#include <v8-isolate.h>
#include <v8-object.h>
#include <v8-persistent-handle.h>
#include <v8-primitive.h>

#include <cstddef>
#include <cstdint>

class TraceNotes
{
public:
    static const uint32_t MOST = 100000;
    static const size_t   TEXT = 96;

    enum Kind : uint8_t { LISTENER, SOCKET, SERVER, DATAGRAM };

    /* Some 100 bytes with V8's weak handle. */
    struct Note {
        v8::Global<v8::Object> object; /* empty once it is dead */
        uint64_t               group;  /* for the judge */
        uint32_t               weight, stack, what;
        int                    object_hash, listener_hash;
        Kind                   kind;
    };

    /* "Socket error", "10.0.0.7:443"; an event as well if it can be looked up. */
    struct What {
        v8::Global<v8::Name> event;
        int                  event_hash;
        char                 text[TEXT];
    };

    /* Where, and for how many. */
    struct Mark {
        uint32_t stack, weight;
    };

    /**
     * Somebody has added a listener. Nothing is noted of what is neither a function nor an
     * object.
     *
     * @return false if there is no room.
     *
     * Threads: isolate thread, outside the collector, in a handle scope.
     */
    bool add_listener(v8::Isolate *isolate, v8::Local<v8::Object> emitter,
                      v8::Local<v8::Value> event, v8::Local<v8::Value> listener, Mark mark);

    /**
     * A socket was made.
     *
     * @return its number for set_what(), not 0; 0 if there is no room.
     *
     * Threads: isolate thread, outside the collector, in a handle scope.
     */
    uint32_t add_socket(v8::Isolate *isolate, v8::Local<v8::Object> socket, Kind kind,
                        Mark mark);

    /** What socket `number` is. Threads: isolate thread, as all that follow. */
    void set_what(uint32_t number, const char *text);

    uint32_t n() const { return notes_.n(); }
    Note *at(uint32_t i) const { return notes_.at(i); }
    const What *what(uint32_t what) const { return whats_.at(what); }

    /** Something was dropped for want of room. */
    bool is_cut() const { return cut_; }

    /** Drop some; false if there is none left. For what may not take long. */
    bool shrink(uint32_t n) { return notes_.shrink(n); }

    void clear();

private:
    struct Slot {
        uint64_t key;
        uint32_t what; /* plus 1 */
    };

    What *obtain(uint64_t key, uint32_t *what);
    bool describe(v8::Isolate *isolate, v8::Local<v8::Object> emitter,
                  v8::Local<v8::Value> event, uint32_t *what);
    Note *add(v8::Isolate *isolate, v8::Local<v8::Object> object, uint32_t what, Mark mark);

    bool             cut_ = false;
    Pile<Note, MOST> notes_;
    Pile<What, MOST> whats_;
    KeyTable<Slot>   slots_;
};

#endif /* PORTHOLE_ADDON_TRACE_NOTES_H */
