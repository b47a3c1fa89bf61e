/* SPDX-License-Identifier: MIT */
/* Reads `_events` of emitters and its like of event targets; must not change anything. */
#include "trace_judge.h"

#include "utf8.h"

#include <v8-container.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>

static const uint32_t BATCH = 64;        /* elements, or notes, from one look at the clock
                                            to the next */
static const uint32_t LONGEST = 1U << 20; /* listeners looked at in one list: the last ones */
static const uint64_t ALL = UINT64_MAX;  /* cannot be looked up: there as long as its emitter */

static uint64_t now_ns()
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1000000000 + static_cast<uint64_t>(now.tv_nsec);
}

void TraceJudge::clear()
{
    phase_ = GATHER;
    failed_ = false;
    at_ = element_ = 0;
    link_.Reset();
    lists_.clear();
    groups_.clear();
    shares_.clear();
    rows_.clear();
}

bool TraceJudge::advance(v8::Isolate *isolate, TraceNotes &notes, uint64_t until_ns)
{
    if (phase_ == GATHER && at_ == 0)
        failed_ = !lists_.reserve(notes.n()) || !groups_.reserve(notes.n()) ||
                  !shares_.reserve(notes.n());
    for (uint32_t i = 1; !failed_ && step(isolate, notes); i++)
        if ((phase_ == READ || i % BATCH == 0) && now_ns() >= until_ns)
            return false;
    return true;
}

/* One note, or a part of a list; false at the end. */
bool TraceJudge::step(v8::Isolate *isolate, TraceNotes &notes)
{
    const uint32_t n = phase_ == READ ? lists_.size() : notes.n();

    if (at_ == n) {
        at_ = 0;
        phase_ = static_cast<Phase>(phase_ + 1);
        return phase_ != DONE;
    }
    if (phase_ == READ) {
        for (uint32_t i = 0; i < BATCH && at_ < n && lists_.at(at_)->key == 0; i++)
            at_++;
        at_ += at_ < n && lists_.at(at_)->key != 0 && read(isolate, notes, *lists_.at(at_));
        return true;
    }
    const uint32_t newest = n - 1 - at_++;

    if (phase_ == GATHER)
        gather(isolate, notes, newest);
    else
        sum(isolate, notes, newest);
    return true;
}

/* ---- Gathering what is to be looked up ---------------------------------------------- */

static uint64_t group_key(uint64_t list, int listener)
{
    return mix_keys(list, static_cast<uint64_t>(static_cast<uint32_t>(listener)));
}

/* Identity hashes have 20 bits: two emitters may share one. */
TraceJudge::List *TraceJudge::list_of(v8::Isolate *isolate, const TraceNotes &notes, uint32_t i)
{
    const TraceNotes::Note &note = *notes.at(i);
    const uint64_t both =
        static_cast<uint64_t>(static_cast<uint32_t>(note.object_hash)) << 32 ^ note.what;

    for (uint64_t attempt = 0;; attempt++) {
        const uint64_t key = mix_keys(both, attempt);
        List *list = lists_.find(key);

        if (list != nullptr && notes.at(list->note)->object == note.object)
            return list;
        if (list != nullptr)
            continue;
        list = lists_.obtain(key);
        if (list != nullptr)
            list->note = i;
        return list;
    }
}

/* A server opens its socket when it listens, and knows then where. */
static void gather_server(v8::Isolate *isolate, TraceNotes &notes, uint32_t i)
{
    Peek peek(isolate);
    const v8::Local<v8::Object> server = notes.at(i)->object.Get(isolate);
    v8::Local<v8::Value> key;

    if (server.IsEmpty() || !peek.own(server, "_connectionKey", &key) || !key->IsString()) {
        notes.at(i)->weight = 0;
        return;
    }
    const Utf8 text(isolate, key.As<v8::String>());
    const char *port = strrchr(text.get(), ':');
    char what[32];

    (void)snprintf(what, sizeof(what), "listening %.20s",
                   port != nullptr && port[1] > '0' ? port : "");
    notes.set_what(i + 1, what);
}

void TraceJudge::gather(v8::Isolate *isolate, TraceNotes &notes, uint32_t i)
{
    TraceNotes::Note *note = notes.at(i);

    note->group = 0;
    if (note->kind == TraceNotes::SERVER)
        gather_server(isolate, notes, i);
    if (note->kind != TraceNotes::LISTENER || note->object.IsEmpty())
        return;
    const v8::HandleScope scope(isolate);
    const List *list = list_of(isolate, notes, i);
    Group *group =
        list != nullptr ? groups_.obtain(group_key(list->key, note->listener_hash)) : nullptr;

    if (group == nullptr) {
        failed_ = true;
        return;
    }
    note->group = group->key;
    group->list = list->key;
    group->weight += note->weight;
    group->notes++;
    if (notes.what(note->what)->event.IsEmpty())
        group->count = ALL;
}

/* ---- Reading lists ------------------------------------------------------------------ */

void TraceJudge::count(const List &list, v8::Local<v8::Value> listener)
{
    if (!listener->IsObject())
        return;
    Group *group =
        groups_.find(group_key(list.key, listener.As<v8::Object>()->GetIdentityHash()));

    if (group != nullptr && group->count != ALL)
        group->count++;
}

/* Both return false if there is more of it. */
bool TraceJudge::read_array(Peek &peek, v8::Local<v8::Array> array, const List &list)
{
    const uint32_t length = std::min(array->Length(), LONGEST);
    const uint32_t first = array->Length() - length;
    const uint32_t end = std::min(length, element_ + BATCH);
    v8::Local<v8::Value> listener;

    for (; element_ < end; element_++)
        if (peek.element(array, first + element_, &listener))
            count(list, listener);
    if (end < length)
        return false;
    element_ = 0;
    return true;
}

bool TraceJudge::read_chain(Peek &peek, v8::Local<v8::Object> link, const List &list)
{
    v8::Local<v8::Value> listener;

    for (uint32_t i = 0; i < BATCH; i++) {
        if (element_++ == LONGEST || !peek.own_object(link, "next", &link)) {
            element_ = 0;
            link_.Reset();
            return true;
        }
        if (peek.own(link, "listener", &listener))
            count(list, listener);
    }
    link_.Reset(peek.isolate(), link);
    return false;
}

/* An EventTarget has a Map of chains, an EventEmitter an object of functions and lists. */
bool TraceJudge::read(v8::Isolate *isolate, const TraceNotes &notes, const List &list)
{
    Peek peek(isolate);
    const TraceNotes::Note &note = *notes.at(list.note);
    const v8::Local<v8::Object> emitter = note.object.Get(isolate);
    const v8::Local<v8::Name> event = notes.what(note.what)->event.Get(isolate);
    v8::Local<v8::Object> events;
    v8::Local<v8::Value> entry;

    if (!link_.IsEmpty())
        return read_chain(peek, link_.Get(isolate), list);
    if (emitter.IsEmpty() || event.IsEmpty())
        return true;
    if (peek.own_object(emitter, "_events", &events)) {
        if (!peek.own(events, event, &entry) || entry->IsProxy())
            return true;
        if (entry->IsArray())
            return read_array(peek, entry.As<v8::Array>(), list);
        count(list, entry);
    } else if (peek.own_symbol(emitter, "kEvents", &events) && events->IsMap() &&
               peek.entry(events.As<v8::Map>(), event, &entry) && entry->IsObject()) {
        return read_chain(peek, entry.As<v8::Object>(), list);
    }
    return true;
}

/* ---- Verdicts ----------------------------------------------------------------------- */

/* A single note of a listener stands for others like it; several also tell how often this very
 * one was added. */
static uint64_t share(uint64_t weight, uint64_t count, uint32_t notes)
{
    if (count == 0)
        return 0;
    return notes == 1 ? weight : std::min(weight, count);
}

static bool is_open(v8::Isolate *isolate, const TraceNotes::Note &note)
{
    Peek peek(isolate);
    const v8::Local<v8::Object> socket = note.object.Get(isolate);
    v8::Local<v8::Object> found;

    if (socket.IsEmpty())
        return false;
    if (note.kind == TraceNotes::DATAGRAM)
        return peek.own_symbol(socket, "state symbol", &found) &&
               peek.own_object(found, "handle", &found);
    return peek.own_object(socket, "_handle", &found) ||
           peek.own_symbol(socket, "kHandle", &found);
}

uint64_t TraceJudge::alive(v8::Isolate *isolate, const TraceNotes::Note &note)
{
    if (note.kind != TraceNotes::LISTENER)
        return is_open(isolate, note) ? note.weight : 0;
    Group *group = note.group != 0 ? groups_.find(note.group) : nullptr;

    if (group == nullptr)
        return 0;
    if (!group->judged)
        group->left = share(group->weight, group->count, group->notes);
    group->judged = true;
    const uint64_t mine = std::min<uint64_t>(group->left, note.weight);

    group->left -= mine;
    return mine;
}

/* How many of a row sit on one emitter. False without memory. */
bool TraceJudge::pile(const TraceNotes::Note &note, uint64_t alive, Row *row)
{
    const Group *group = note.group != 0 && alive != 0 ? groups_.find(note.group) : nullptr;
    Share *share = group != nullptr ? shares_.obtain(mix_keys(row->key, group->list)) : nullptr;

    if (share == nullptr)
        return group == nullptr;
    if (share->alive != 0)
        row->piled += alive;
    share->alive += alive;
    row->most = std::max(row->most, share->alive);
    return true;
}

void TraceJudge::sum(v8::Isolate *isolate, const TraceNotes &notes, uint32_t i)
{
    const TraceNotes::Note &note = *notes.at(i);

    if (note.weight == 0)
        return;
    Row *row = rows_.obtain(mix_keys(note.stack, note.what));

    if (row == nullptr) {
        failed_ = true;
        return;
    }
    row->stack = note.stack;
    row->what = note.what;
    row->added += note.weight;
    const uint64_t mine = alive(isolate, note);

    row->alive += mine;
    failed_ |= !pile(note, mine, row);
}
