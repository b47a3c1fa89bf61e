/* SPDX-License-Identifier: MIT */
/**
 * The objects that this thread's application tracks: who they are, never what they are.
 * Held weakly; an object that dies leaves by itself.
 *
 * 64 bytes an object, in chunks that never move; an id of more than 36 bytes lies beside
 * them. V8 adds a node of 32 bytes for the weak handle.
 *
 * Counts are kept here, and shown in the agent while the thread has joined: what lives then
 * counts there as created, and as collected when the thread leaves.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_TRACKER_H
#define PORTHOLE_ADDON_TRACKER_H

#include "porthole.h"

#include <v8-isolate.h>
#include <v8-object.h>
#include <v8-persistent-handle.h>
#include <v8-primitive.h>
#include <v8-weak-callback-info.h>

#include <cstddef>
#include <cstdint>

class Tracker
{
public:
    static const uint32_t MAX_OBJECTS = 1U << 20;
    static const uint32_t MAX_TYPES = PORTHOLE_MAX_TYPES;
    static const uint32_t NO_TYPE = UINT32_MAX;
    static const uint8_t LONG_ID = 255;

    /* How the objects of a type are to be read; the texts are owned by the Tracker. */
    struct Type {
        char           name[PORTHOLE_TYPE_BYTES];
        char          *fields;  /* as in ReadRules */
        char          *redact;
        bool           secrets;
        unsigned       depth;   /* 0: as usual */
        uint64_t       live;
        porthole_type *shared;  /* nullptr while not joined, or when the agent has no room */
    };

    struct Id {
        const char *bytes;
        size_t      n;
    };

    /* Where an id lies that is too long for its slot. */
    struct FarId {
        char  *bytes;
        size_t n;
    };

    /* One tracked object, or a free place for one. */
    struct Slot {
        v8::Global<v8::Object> object;
        union {
            uint64_t born_ns;
            Slot    *next_free;
        };
        uint32_t index;
        uint32_t generation; /* how often it was given up */
        uint16_t type;
        bool     live : 1;
        mutable bool costly : 1; /* took too long to read: not read with others again */
        uint8_t  id_bytes;   /* LONG_ID: `id` holds a FarId; else the id */
        char     id[36];     /* a UUID fits */
    };

    Tracker();
    ~Tracker();
    Tracker(const Tracker &) = delete;
    Tracker &operator=(const Tracker &) = delete;

    /**
     * The type of that name, made if there is none.
     *
     * @return NO_TYPE beyond MAX_TYPES or without memory.
     *
     * Threads: isolate thread.
     */
    uint32_t obtain_type(const char *name);

    /**
     * The type of that name, or NO_TYPE.
     *
     * Threads: isolate thread.
     */
    uint32_t find_type(const char *name) const;

    /**
     * Have objects of a type read like this from now on. Without memory nothing changes.
     *
     * @param fields, redact  copied; may be nullptr.
     *
     * Threads: isolate thread.
     */
    void set_rules(uint32_t type, const char *fields, const char *redact, bool secrets,
                   unsigned depth);

    /**
     * Track `object`. An id of more than PORTHOLE_ID_BYTES - 1 bytes is cut.
     *
     * @return what release() wants, above 0 and below 2^53; 0 if there is no room.
     *
     * Threads: isolate thread.
     */
    uint64_t track(v8::Isolate *isolate, uint32_t type, v8::Local<v8::String> id,
                   v8::Local<v8::Object> object);
    uint64_t track(v8::Isolate *isolate, uint32_t type, int32_t id,
                   v8::Local<v8::Object> object);

    /**
     * Forget an object; a no-op when that has been done, or when it is dead.
     *
     * Threads: isolate thread.
     */
    void release(uint64_t token);

    /**
     * Is it there, neither released nor collected?
     *
     * Threads: isolate thread.
     */
    bool is_live(uint64_t token) const;

    /**
     * Show the counts in `agent`, until leave().
     *
     * Threads: isolate thread.
     */
    void join(porthole_agent *agent);
    void leave();

    /**
     * Let go of all objects. Must be called before the isolate ends.
     *
     * Threads: isolate thread, once, the last call of all.
     */
    void fini();

    /**
     * For reading them all: places are 0 .. end() - 1, and may be free.
     *
     * Threads: isolate thread, all that follow.
     */
    uint32_t end() const { return used_; }
    const Slot *at(uint32_t index) const { return &chunks_[index / CHUNK][index % CHUNK]; }
    const Type *type(uint32_t type) const { return types_[type]; }
    uint32_t n_types() const { return n_types_; }
    static Id id_of(const Slot *slot);
    /** How many could not be tracked for want of room. */
    uint64_t refused() const { return refused_; }

private:
    static const uint32_t CHUNK = 1024;

    static void on_dead(const v8::WeakCallbackInfo<Slot> &info);

    static void forget_id(Slot *slot);
    Slot *take_slot();
    uint64_t refuse(Slot *slot);
    Slot *find(uint64_t token) const;
    uint64_t hold(v8::Isolate *isolate, Slot *slot, uint32_t type,
                  v8::Local<v8::Object> object);
    void give_up(Slot *slot);

    porthole_agent *agent_ = nullptr;
    Slot           *free_ = nullptr; /* given up last comes first */
    uint32_t        used_ = 0;
    uint32_t        n_types_ = 0;
    uint64_t        refused_ = 0;
    Type           *types_[MAX_TYPES] = {};
    Slot           *chunks_[MAX_OBJECTS / CHUNK] = {};
};

#endif /* PORTHOLE_ADDON_TRACKER_H */
