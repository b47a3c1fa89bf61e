/* SPDX-License-Identifier: MIT */
/* Called for up to some thousand listeners a second, in the middle of the application's code:
 * must not run any of it, and must not throw. */
#include "trace_notes.h"

#include "utf8.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

static const int LONGEST = 256; /* units of an event's name that is kept to look it up */

void TraceNotes::clear()
{
    notes_.clear();
    whats_.clear();
    slots_.clear();
    cut_ = false;
}

TraceNotes::Note *TraceNotes::add(v8::Isolate *isolate, v8::Local<v8::Object> object,
                                  uint32_t what, Mark mark)
{
    Note *note = notes_.add();

    if (note == nullptr) {
        cut_ = true;
        return nullptr;
    }
    note->object.Reset(isolate, object);
    note->object.SetWeak(); /* V8 keeps the place of the handle: notes never move */
    note->object_hash = object->GetIdentityHash();
    note->weight = mark.weight;
    note->stack = mark.stack;
    note->what = what;
    return note;
}

/* The one with that key; its text is empty if it is new. */
TraceNotes::What *TraceNotes::obtain(uint64_t key, uint32_t *what)
{
    Slot *slot = slots_.obtain(key);

    if (slot != nullptr && slot->what == 0 && whats_.add() != nullptr)
        slot->what = whats_.n();
    if (slot == nullptr || slot->what == 0) {
        cut_ = true;
        return nullptr;
    }
    *what = slot->what - 1;
    return whats_.at(*what);
}

/* ---- Listeners ------------------------------------------------------------------------ */

/* Cut at the end of a character. */
static void keep_start(const char *from, char *to)
{
    size_t n = std::min(strlen(from), TraceNotes::TEXT - 1);

    while (n > 0 && (from[n] & 0xc0) == 0x80)
        n--;
    memcpy(to, from, n);
    to[n] = '\0';
}

/* The text of an event as `_events` has it. An object would be made text by its own method. */
static v8::Local<v8::Name> name_of(v8::Isolate *isolate, v8::Local<v8::Value> event)
{
    v8::Local<v8::String> text;

    if (event->IsName())
        return event.As<v8::Name>();
    if (!event->IsObject() && event->ToString(isolate->GetCurrentContext()).ToLocal(&text))
        return text;
    return v8::Local<v8::Name>();
}

static v8::Local<v8::String> text_of(v8::Isolate *isolate, v8::Local<v8::Name> name)
{
    if (name->IsString())
        return name.As<v8::String>();
    const v8::Local<v8::Value> text = name.As<v8::Symbol>()->Description(isolate);

    return text->IsString() ? text.As<v8::String>() : v8::String::Empty(isolate);
}

bool TraceNotes::describe(v8::Isolate *isolate, v8::Local<v8::Object> emitter,
                          v8::Local<v8::Value> event, uint32_t *what)
{
    Peek peek(isolate);
    const v8::Local<v8::String> kind = peek.class_of(emitter);
    v8::Local<v8::Name> name = name_of(isolate, event);

    if (!name.IsEmpty() && text_of(isolate, name)->Length() > LONGEST)
        name.Clear();
    /* Of strings it is the hash of their characters. */
    const int hash = name.IsEmpty() ? 0 : name->GetIdentityHash();
    What *it = obtain(mix_keys(static_cast<uint64_t>(kind->GetIdentityHash()),
                               static_cast<uint64_t>(hash) << 1 | name.IsEmpty()),
                      what);

    if (it == nullptr || it->text[0] != '\0')
        return it != nullptr;
    const Utf8 left(isolate, kind);
    const Utf8 right(isolate,
                     name.IsEmpty() ? v8::Local<v8::String>() : text_of(isolate, name));
    char both[2 * Utf8::ROOM];

    (void)snprintf(both, sizeof(both), "%s %s", left.get(),
                   name.IsEmpty() ? "(other)" : right.get());
    keep_start(both, it->text);
    it->event_hash = hash;
    it->event.Reset(isolate, name);
    return true;
}

bool TraceNotes::add_listener(v8::Isolate *isolate, v8::Local<v8::Object> emitter,
                              v8::Local<v8::Value> event, v8::Local<v8::Value> listener,
                              Mark mark)
{
    uint32_t what = 0;

    if (!listener->IsObject() || !Peek::behind(&emitter))
        return true;
    if (!describe(isolate, emitter, event, &what))
        return false;
    Note *note = add(isolate, emitter, what, mark);

    if (note == nullptr)
        return false;
    note->kind = LISTENER;
    note->listener_hash = listener.As<v8::Object>()->GetIdentityHash();
    return true;
}

/* ---- Sockets ---------------------------------------------------------------------------- */

static uint64_t key_of(const char *text)
{
    uint64_t key = 1;

    for (; *text != '\0'; text++)
        key = mix_keys(key, static_cast<unsigned char>(*text));
    return key;
}

uint32_t TraceNotes::add_socket(v8::Isolate *isolate, v8::Local<v8::Object> socket, Kind kind,
                                Mark mark)
{
    Peek peek(isolate);
    const Utf8 name(isolate, peek.class_of(socket));
    uint32_t what = 0;
    What *it = obtain(key_of(name.get()), &what);
    Note *note = it != nullptr ? add(isolate, socket, what, mark) : nullptr;

    if (note == nullptr)
        return 0;
    keep_start(name.get(), it->text);
    note->kind = kind;
    return notes_.n();
}

void TraceNotes::set_what(uint32_t number, const char *text)
{
    uint32_t what = 0;
    What *it = number != 0 && number <= notes_.n() ? obtain(key_of(text), &what) : nullptr;

    if (it == nullptr)
        return;
    keep_start(text, it->text);
    notes_.at(number - 1)->what = what;
}
