/* SPDX-License-Identifier: MIT */
/* Walks the table of tracked objects, a slice at a time. */
#include "objects.h"

#include "profile_reader.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

static const uint64_t SLICE_NS = 900000; /* leaves room for the last object */
static const uint64_t COSTLY_NS = 100000000; /* V8 lists a million keys to show 200 of them */
static const char COSTLY[] = "{\"\xe2\x80\xa6\":\"too large to be read with others\"}";
static const uint32_t STEPS = 256;       /* places passed over between two looks at the clock */

struct Walk {
    v8::Isolate                *isolate;
    const Tracker              &tracker;
    Reader                     *reader;
    porthole_task              *task;
    const porthole_objects_ask *ask;
    uint32_t                    type;    /* NO_TYPE: all */
    uint32_t                    rules_of; /* whose rules the reader follows */
};

static bool is_asked(const Walk &walk, const Tracker::Slot *slot)
{
    if (!slot->live || (walk.type != Tracker::NO_TYPE && slot->type != walk.type))
        return false;
    if (walk.ask->id == nullptr)
        return true;
    const Tracker::Id id = Tracker::id_of(slot);

    return id.n == walk.ask->id_bytes && memcmp(id.bytes, walk.ask->id, id.n) == 0;
}

static void follow_rules(Walk *walk, uint32_t index)
{
    const Tracker::Type *type = walk->tracker.type(index);
    const porthole_objects_ask *ask = walk->ask;

    if (walk->rules_of == index)
        return;
    walk->rules_of = index;
    walk->reader->set_rules({ ask->fields != nullptr ? ask->fields : type->fields, type->redact,
                              type->secrets, ask->depth != 0 ? ask->depth : type->depth });
}

/* False: the task has enough. */
static bool give(Walk *walk, const Tracker::Slot *slot)
{
    const v8::HandleScope scope(walk->isolate);
    const v8::Local<v8::Object> object = slot->object.Get(walk->isolate);
    porthole_fragment fragment = {};

    if (object.IsEmpty())
        return true;
    follow_rules(walk, slot->type);
    fragment.born_ns = slot->born_ns;
    fragment.json = COSTLY;
    fragment.json_bytes = sizeof(COSTLY) - 1;
    if (!slot->costly || walk->ask->id != nullptr) {
        walk->reader->read(object);
        fragment.json = walk->reader->json();
        fragment.json_bytes = walk->reader->json_bytes();
        fragment.has_nulls = walk->reader->has_nulls();
    }

    const Tracker::Id id = Tracker::id_of(slot);

    fragment.kind = PORTHOLE_FRAGMENT_OBJECT;
    fragment.type = walk->tracker.type(slot->type)->name;
    fragment.id = id.bytes;
    fragment.id_bytes = id.n;
    fragment.place = uint64_t{ slot->index } + 1;
    return porthole_task_fragment(walk->task, &fragment);
}

/* Of two live objects under one id the younger; `best` is its place. */
static void remember(const Walk &walk, const Tracker::Slot *slot, uint64_t *best)
{
    if (*best == 0 ||
        slot->born_ns > walk.tracker.at(static_cast<uint32_t>(*best - 1))->born_ns)
        *best = uint64_t{ slot->index } + 1;
}

/* All that are asked for, from cursor[0] on; false when the slice is over. */
static bool walk_on(Walk *walk, uint64_t *cursor)
{
    uint64_t now = ProfileReader::now_ns();
    const uint64_t until = now + SLICE_NS;

    for (uint32_t passed = 1; cursor[0] < walk->tracker.end(); passed++) {
        const Tracker::Slot *slot = walk->tracker.at(static_cast<uint32_t>(cursor[0]++));
        const bool asked = is_asked(*walk, slot);

        if (asked && walk->ask->id != nullptr)
            remember(*walk, slot, &cursor[1]);
        else if (asked && !give(walk, slot))
            return true;
        if (!asked && passed % STEPS != 0)
            continue;
        const uint64_t before = now;

        now = ProfileReader::now_ns();
        slot->costly |= asked && now - before > COSTLY_NS;
        if (now >= until)
            return false;
    }
    if (cursor[1] != 0) {
        const Tracker::Slot *best = walk->tracker.at(static_cast<uint32_t>(cursor[1] - 1));

        if (is_asked(*walk, best))
            (void)give(walk, best);
    }
    return true;
}

bool objects_perform(v8::Isolate *isolate, v8::Local<v8::Context> context,
                     const Tracker &tracker, Reader *reader, porthole_task *task)
{
    const porthole_objects_ask *ask = porthole_task_objects(task);
    uint64_t *cursor = porthole_task_cursor(task);
    Walk walk = { isolate, tracker, reader, task, ask, Tracker::NO_TYPE, Tracker::NO_TYPE };

    if (reader->busy())
        return false; /* an interrupt in the middle of serialize() */
    if (!porthole_task_wanted(task) || ask->want != PORTHOLE_WANT_VALUES)
        return true;
    if (ask->type != nullptr) {
        walk.type = tracker.find_type(ask->type);
        if (walk.type == Tracker::NO_TYPE)
            return true;
    }
    if (tracker.refused() != 0)
        porthole_task_fragments_cut(task, "there was no room to track all objects");
    const Reader::Session session(reader, isolate, context);

    cursor[0] = std::max(cursor[0], ask->after);
    return walk_on(&walk, cursor);
}
