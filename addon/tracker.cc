/* SPDX-License-Identifier: MIT */
/*
 * The table of tracked objects.
 *
 * on_dead() runs inside the collector: plain stores and atomics only. What an id has taken
 * beside its slot is therefore freed when the slot is used again.
 */
#include "tracker.h"

#include "utf8.h"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <new>

static const unsigned INDEX_BITS = 20;
static const char ELLIPSIS[3] = { '\xe2', '\x80', '\xa6' }; /* U+2026 */

static_assert(sizeof(Tracker::Slot) == 64, "a slot has grown");
static_assert(Tracker::MAX_OBJECTS == 1U << INDEX_BITS, "an index has these many bits");

/* The collector's callback has room for one pointer, and that is the slot's. */
static thread_local Tracker *current;

Tracker::Tracker()
{
    current = this;
}

Tracker::~Tracker()
{
    for (uint32_t i = 0; i < n_types_; i++) {
        free(types_[i]->fields);
        free(types_[i]->redact);
        free(types_[i]);
    }
    for (Slot *chunk : chunks_)
        free(chunk);
}

void Tracker::fini()
{
    for (uint32_t i = 0; i < used_; i++) {
        Slot *slot = &chunks_[i / CHUNK][i % CHUNK];

        slot->object.Reset();
        slot->live = false;
        forget_id(slot);
    }
    used_ = 0;
    free_ = nullptr;
    current = nullptr;
}

/* ---- Types ------------------------------------------------------------------------ */

uint32_t Tracker::find_type(const char *name) const
{
    for (uint32_t i = 0; i < n_types_; i++)
        if (strcmp(types_[i]->name, name) == 0)
            return i;
    return NO_TYPE;
}

static void show_in(porthole_agent *agent, Tracker::Type *type)
{
    if (porthole_type_register(agent, type->name, &type->shared) != PORTHOLE_OK)
        type->shared = nullptr;
}

uint32_t Tracker::obtain_type(const char *name)
{
    const uint32_t found = find_type(name);
    const size_t n = strlen(name);

    if (found != NO_TYPE || n_types_ == MAX_TYPES || n >= sizeof(types_[0]->name))
        return found;
    auto *type = static_cast<Type *>(calloc(1, sizeof(Type)));

    if (type == nullptr)
        return NO_TYPE;
    memcpy(type->name, name, n + 1);
    type->secrets = true;
    if (agent_ != nullptr)
        show_in(agent_, type);
    types_[n_types_] = type;
    return n_types_++;
}

static bool copy_text(const char *from, char **to)
{
    const size_t n = from != nullptr ? strlen(from) + 1 : 0;
    char *copy = from != nullptr ? static_cast<char *>(malloc(n)) : nullptr;

    if (from != nullptr && copy == nullptr)
        return false;
    if (copy != nullptr)
        memcpy(copy, from, n);
    free(*to);
    *to = copy;
    return true;
}

void Tracker::set_rules(uint32_t index, const char *fields, const char *redact, bool secrets,
                        unsigned depth)
{
    Type *type = types_[index];

    if (!copy_text(fields, &type->fields) || !copy_text(redact, &type->redact))
        return;
    type->secrets = secrets;
    type->depth = depth;
}

void Tracker::join(porthole_agent *agent)
{
    agent_ = agent;
    for (uint32_t i = 0; i < n_types_; i++) {
        show_in(agent, types_[i]);
        porthole_type_created(types_[i]->shared, types_[i]->live);
    }
}

void Tracker::leave()
{
    agent_ = nullptr;
    for (uint32_t i = 0; i < n_types_; i++) {
        porthole_type_collected(types_[i]->shared, types_[i]->live);
        types_[i]->shared = nullptr;
    }
}

/* ---- Objects ------------------------------------------------------------------------ */

static uint64_t now_ns()
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1000000000 + static_cast<uint64_t>(now.tv_nsec);
}

Tracker::Id Tracker::id_of(const Slot *slot)
{
    FarId far;

    if (slot->id_bytes != LONG_ID)
        return { slot->id, slot->id_bytes };
    memcpy(&far, slot->id, sizeof(far));
    return { far.bytes, far.n };
}

void Tracker::forget_id(Slot *slot)
{
    FarId far;

    if (slot->id_bytes == LONG_ID) {
        memcpy(&far, slot->id, sizeof(far));
        free(far.bytes);
    }
    slot->id_bytes = 0;
}

Tracker::Slot *Tracker::take_slot()
{
    Slot *slot = free_;

    if (slot != nullptr) {
        free_ = slot->next_free;
        forget_id(slot);
        return slot;
    }
    if (used_ == MAX_OBJECTS)
        return nullptr;
    Slot *&chunk = chunks_[used_ / CHUNK];

    if (chunk == nullptr)
        chunk = static_cast<Slot *>(calloc(CHUNK, sizeof(Slot)));
    if (chunk == nullptr)
        return nullptr;
    slot = new (&chunk[used_ % CHUNK]) Slot();
    slot->index = used_++;
    return slot;
}

uint64_t Tracker::hold(v8::Isolate *isolate, Slot *slot, uint32_t type,
                       v8::Local<v8::Object> object)
{
    slot->type = static_cast<uint16_t>(type);
    slot->born_ns = now_ns();
    slot->live = true;
    slot->costly = false;
    slot->object.Reset(isolate, object);
    slot->object.SetWeak(slot, on_dead, v8::WeakCallbackType::kParameter);
    types_[type]->live++;
    porthole_type_created(types_[type]->shared, 1);
    /* Not 0, also for the first object in the first slot. */
    return (uint64_t{ slot->generation } << INDEX_BITS | slot->index) + 1;
}

/* How many UTF-16 units these whole characters came from. */
static size_t units_of(const char *text, size_t n)
{
    size_t units = 0;

    for (size_t i = 0; i < n; i++)
        units += ((text[i] & 0xc0) != 0x80) + ((text[i] & 0xf8) == 0xf0);
    return units;
}

/* Cuts what is too long at the end of a character. */
static size_t cut_id(char *id, size_t n, size_t units)
{
    const size_t most = PORTHOLE_ID_BYTES - 1;

    if (n <= most - 3 || (n <= most && units_of(id, n) == units))
        return n;
    for (n = most - 3; (id[n] & 0xc0) == 0x80;)
        n--;
    memcpy(id + n, ELLIPSIS, sizeof(ELLIPSIS));
    return n + sizeof(ELLIPSIS);
}

/* Puts an id into a slot; false without memory. */
static bool put_id(const char *text, size_t n, Tracker::Slot *slot)
{
    Tracker::FarId far = { nullptr, n };

    if (n <= sizeof(slot->id)) {
        memcpy(slot->id, text, n);
        slot->id_bytes = static_cast<uint8_t>(n);
        return true;
    }
    far.bytes = static_cast<char *>(malloc(n));
    if (far.bytes == nullptr)
        return false;
    memcpy(far.bytes, text, n);
    memcpy(slot->id, &far, sizeof(far));
    slot->id_bytes = Tracker::LONG_ID;
    return true;
}

uint64_t Tracker::refuse(Slot *slot)
{
    if (slot != nullptr) {
        slot->next_free = free_;
        free_ = slot;
    }
    refused_++;
    return 0;
}

uint64_t Tracker::track(v8::Isolate *isolate, uint32_t type, v8::Local<v8::String> id,
                        v8::Local<v8::Object> object)
{
    char text[PORTHOLE_ID_BYTES];
    const auto units = static_cast<size_t>(id->Length());
    Slot *slot = take_slot();

    if (slot == nullptr)
        return refuse(slot);
    const size_t n = cut_id(text, utf8_copy(isolate, id, text, sizeof(text)), units);

    return put_id(text, n, slot) ? hold(isolate, slot, type, object) : refuse(slot);
}

uint64_t Tracker::track(v8::Isolate *isolate, uint32_t type, int32_t id,
                        v8::Local<v8::Object> object)
{
    Slot *slot = take_slot();

    if (slot == nullptr)
        return refuse(slot);
    const std::to_chars_result end = std::to_chars(slot->id, slot->id + sizeof(slot->id), id);

    slot->id_bytes = static_cast<uint8_t>(end.ptr - slot->id);
    return hold(isolate, slot, type, object);
}

/* ---- The end of an object ----------------------------------------------------------- */

void Tracker::give_up(Slot *slot)
{
    slot->live = false;
    slot->generation++;
    slot->next_free = free_;
    free_ = slot;
    types_[slot->type]->live--;
}

void Tracker::on_dead(const v8::WeakCallbackInfo<Slot> &info)
{
    Slot *slot = info.GetParameter();

    slot->object.Reset();
    if (current == nullptr)
        return;
    current->give_up(slot);
    porthole_type_collected(current->types_[slot->type]->shared, 1);
}

Tracker::Slot *Tracker::find(uint64_t token) const
{
    const uint64_t place = token - 1;
    const auto index = static_cast<uint32_t>(place & (MAX_OBJECTS - 1));

    if (token == 0 || index >= used_)
        return nullptr;
    Slot *slot = &chunks_[index / CHUNK][index % CHUNK];

    return slot->live && slot->generation == place >> INDEX_BITS ? slot : nullptr;
}

bool Tracker::is_live(uint64_t token) const
{
    return find(token) != nullptr;
}

void Tracker::release(uint64_t token)
{
    Slot *slot = find(token);

    if (slot == nullptr)
        return;
    slot->object.Reset();
    give_up(slot);
    porthole_type_released(types_[slot->type]->shared, 1);
}
