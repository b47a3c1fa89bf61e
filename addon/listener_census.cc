/* SPDX-License-Identifier: MIT */
/*
 * Finds emitters in V8's heap and reads them.
 *
 * While V8 walks its heap nothing may be allocated in it. Reading a property may (a number
 * is boxed), asking whether there is one does not: so the walk keeps whatever has the
 * properties of an emitter, and looks at their values afterwards.
 */
#include "listener_census.h"

#include "profile_reader.h"
#include "utf8.h"

#include <v8-container.h>
#include <v8-exception.h>
#include <v8-function.h>
#include <v8-profiler.h>
#include <v8-version.h>

#include <cstring>
#include <new>

static const uint64_t SLICE_NS = 900000; /* leaves room for the last emitter */
static const size_t   MAX_KINDS = 20000;
static const uint32_t EVENTS_AT_ONCE = 256; /* between two looks at the clock */
static const unsigned MAX_PROTOTYPES = 64;
static const char     OTHER[] = "(other)";

/* ---- The search ----------------------------------------------------------------------- */

/* How Node's objects are told from others, and the names to read them by. */
struct Names {
    v8::Local<v8::String> events, count, size, constructor;
    v8::Local<v8::Symbol> target; /* empty: unknown */
};

static bool make(v8::Isolate *isolate, const char *text, v8::Local<v8::String> *out)
{
    return v8::String::NewFromUtf8(isolate, text, v8::NewStringType::kInternalized)
        .ToLocal(out);
}

static bool make_names(v8::Isolate *isolate, const v8::Global<v8::Symbol> &target, Names *out)
{
    out->target = target.Get(isolate);
    return make(isolate, "_events", &out->events) &&
           make(isolate, "_eventsCount", &out->count) && make(isolate, "size", &out->size) &&
           make(isolate, "constructor", &out->constructor);
}

/* V8 shows no proxies here. */
class IsEmitter : public v8::QueryObjectPredicate
{
public:
    IsEmitter(v8::Isolate *isolate, v8::Local<v8::Context> context, const Names &names)
        : isolate_(isolate), context_(context), names_(names)
    {
    }
    IsEmitter(const IsEmitter &) = delete;
    IsEmitter &operator=(const IsEmitter &) = delete;

    bool Filter(v8::Local<v8::Object> object) override
    {
        const v8::HandleScope scope(isolate_);

        return (has(object, names_.events) && has(object, names_.count)) ||
               (!names_.target.IsEmpty() && has(object, names_.target));
    }

private:
    bool has(v8::Local<v8::Object> object, v8::Local<v8::Name> name)
    {
        return object->HasRealNamedProperty(context_, name).FromMaybe(false);
    }

    v8::Isolate           *isolate_;
    v8::Local<v8::Context> context_;
    const Names           &names_;
};

/* ---- One emitter ------------------------------------------------------------------------ */

static v8::Local<v8::Value> prototype_of(v8::Local<v8::Object> object)
{
#if V8_MAJOR_VERSION >= 13
    return object->GetPrototypeV2();
#else
    return object->GetPrototype();
#endif
}

class ListenerCensus::Walk
{
public:
    Walk(v8::Isolate *isolate, v8::Local<v8::Context> context, const Names &names, Job *job,
         uint64_t until_ns)
        : isolate_(isolate), context_(context), names_(names), job_(job), until_ns_(until_ns)
    {
    }
    Walk(const Walk &) = delete;
    Walk &operator=(const Walk &) = delete;

    /* False if it has so many events that some are left over. */
    bool read(v8::Local<v8::Object> object);
    bool is_late() const { return ProfileReader::now_ns() >= until_ns_; }

private:
    bool property(v8::Local<v8::Object> object, v8::Local<v8::Name> name,
                  v8::Local<v8::Value> *out);
    bool table_of(v8::Local<v8::Object> object, v8::Local<v8::Object> *out);
    bool is_any(v8::Local<v8::Object> object);
    bool list(v8::Local<v8::Object> object, v8::Local<v8::Array> *events);
    bool list_emitter(v8::Local<v8::Object> object, v8::Local<v8::Array> *events);
    bool list_target(v8::Local<v8::Object> object, v8::Local<v8::Array> *events);
    void add_emitter(v8::Local<v8::Object> table, v8::Local<v8::Array> events, uint32_t i);
    void add_target(v8::Local<v8::Array> flat, uint32_t i);
    void begin(v8::Local<v8::Object> object);
    void put_class(v8::Local<v8::Object> object);
    void add(v8::Local<v8::Value> event, uint64_t listeners);

    v8::Isolate           *isolate_;
    v8::Local<v8::Context> context_;
    const Names           &names_;
    Job                   *job_;
    uint64_t               until_ns_;
    std::string            key_;
    size_t                 class_bytes_ = 0;
};

/* An own data property. A name that is known to be there is not looked for in prototypes. */
bool ListenerCensus::Walk::property(v8::Local<v8::Object> object, v8::Local<v8::Name> name,
                                    v8::Local<v8::Value> *out)
{
    return object->HasRealNamedProperty(context_, name).FromMaybe(false) &&
           !object->HasRealNamedCallbackProperty(context_, name).FromMaybe(true) &&
           object->GetRealNamedProperty(context_, name).ToLocal(out);
}

/* Of the first prototype that has a constructor; "Object" where it is a getter, or behind a
 * proxy. */
void ListenerCensus::Walk::put_class(v8::Local<v8::Object> object)
{
    v8::Local<v8::Value> value;

    key_.assign("Object");
    for (unsigned i = 0; i < MAX_PROTOTYPES && !object->IsProxy(); i++) {
        if (object->HasRealNamedProperty(context_, names_.constructor).FromMaybe(false)) {
            if (!property(object, names_.constructor, &value) || !value->IsFunction() ||
                value->IsProxy())
                return;
            const v8::Local<v8::Value> name = value.As<v8::Function>()->GetDebugName();

            if (name->IsString() && name.As<v8::String>()->Length() != 0)
                key_.assign(Utf8(isolate_, name.As<v8::String>()).get());
            return;
        }
        const v8::Local<v8::Value> next = prototype_of(object);

        if (!next->IsObject())
            return;
        object = next.As<v8::Object>();
    }
}

void ListenerCensus::Walk::begin(v8::Local<v8::Object> object)
{
    put_class(object);
    key_.push_back('\0');
    class_bytes_ = key_.size();
}

static void put_event(v8::Isolate *isolate, v8::Local<v8::Value> event, std::string *to)
{
    if (event->IsString()) {
        to->append(Utf8(isolate, event.As<v8::String>()).get());
    } else if (event->IsSymbol()) {
        const v8::Local<v8::Value> text = event.As<v8::Symbol>()->Description(isolate);

        to->append("Symbol(");
        if (text->IsString())
            to->append(Utf8(isolate, text.As<v8::String>()).get());
        to->push_back(')');
    }
}

void ListenerCensus::Walk::add(v8::Local<v8::Value> event, uint64_t listeners)
{
    key_.resize(class_bytes_);
    put_event(isolate_, event, &key_);

    auto at = job_->kinds.find(key_);

    if (at == job_->kinds.end() && job_->kinds.size() < MAX_KINDS)
        at = job_->kinds.emplace(key_, Kind{}).first;

    Kind *kind = at != job_->kinds.end() ? &at->second : &job_->other;

    kind->listeners += listeners;
    kind->emitters++;
    if (listeners > kind->most_on_one)
        kind->most_on_one = listeners;
}

/* One listener is a function, several are an array. */
static uint64_t listeners_in(v8::Local<v8::Value> entry)
{
    if (entry->IsFunction())
        return 1;
    return entry->IsArray() ? entry.As<v8::Array>()->Length() : 0;
}

/* False: it is none; prototypes have an `_events` that is undefined. */
bool ListenerCensus::Walk::list_emitter(v8::Local<v8::Object> object,
                                        v8::Local<v8::Array> *events)
{
    static const auto filter = static_cast<v8::PropertyFilter>(v8::ALL_PROPERTIES);
    v8::Local<v8::Object> table;

    return table_of(object, &table) && !table->IsApiWrapper() && !table->IsArrayBufferView() &&
           table->GetOwnPropertyNames(context_, filter, v8::KeyConversionMode::kConvertToString)
               .ToLocal(events);
}

bool ListenerCensus::Walk::table_of(v8::Local<v8::Object> object, v8::Local<v8::Object> *out)
{
    v8::Local<v8::Value> value;

    if (!property(object, names_.events, &value) || !value->IsObject() || value->IsProxy())
        return false;
    *out = value.As<v8::Object>();
    return true;
}

/* Names and heads in turn. Some versions of Node make the Map with the first listener. */
bool ListenerCensus::Walk::list_target(v8::Local<v8::Object> object,
                                       v8::Local<v8::Array> *events)
{
    v8::Local<v8::Value> value;

    if (names_.target.IsEmpty() || !property(object, names_.target, &value) || !value->IsMap())
        return false;
    *events = value.As<v8::Map>()->AsArray();
    return true;
}

bool ListenerCensus::Walk::is_any(v8::Local<v8::Object> object)
{
    v8::Local<v8::Object> table;
    v8::Local<v8::Value> value;

    return table_of(object, &table) ||
           (!names_.target.IsEmpty() && property(object, names_.target, &value));
}

void ListenerCensus::Walk::add_emitter(v8::Local<v8::Object> table, v8::Local<v8::Array> events,
                                       uint32_t i)
{
    v8::Local<v8::Value> event;
    v8::Local<v8::Value> value;

    if (!events->Get(context_, i).ToLocal(&event) || !event->IsName() ||
        !property(table, event.As<v8::Name>(), &value))
        return;
    const uint64_t n = listeners_in(value);

    if (n != 0)
        add(event, n);
}

void ListenerCensus::Walk::add_target(v8::Local<v8::Array> flat, uint32_t i)
{
    v8::Local<v8::Value> event;
    v8::Local<v8::Value> head;
    v8::Local<v8::Value> size;

    if (flat->Get(context_, i).ToLocal(&event) && flat->Get(context_, i + 1).ToLocal(&head) &&
        head->IsObject() && !head->IsProxy() &&
        property(head.As<v8::Object>(), names_.size, &size) && size->IsUint32() &&
        size.As<v8::Uint32>()->Value() != 0)
        add(event, size.As<v8::Uint32>()->Value());
}

/* Begin with it, or go on where the slice before has ended. */
bool ListenerCensus::Walk::list(v8::Local<v8::Object> object, v8::Local<v8::Array> *events)
{
    if (!job_->events.IsEmpty()) {
        *events = job_->events.Get(isolate_);
        job_->events.Reset();
        begin(object);
        return true;
    }
    job_->event = 0;
    if (!is_any(object))
        return false;
    job_->emitters++;
    begin(object);
    return list_emitter(object, events) || list_target(object, events);
}

bool ListenerCensus::Walk::read(v8::Local<v8::Object> object)
{
    v8::Local<v8::Array> events;
    v8::Local<v8::Object> table;

    if (!list(object, &events))
        return true;
    const bool is_emitter = table_of(object, &table);
    uint32_t &i = job_->event;

    while (i < events->Length()) {
        const v8::HandleScope scope(isolate_);

        if (is_emitter)
            add_emitter(table, events, i);
        else
            add_target(events, i);
        i += is_emitter ? 1 : 2;
        if (i % EVENTS_AT_ONCE == 0 && is_late()) {
            job_->events.Reset(isolate_, events);
            return false;
        }
    }
    return true;
}

/* ---- The task ---------------------------------------------------------------------------- */

void ListenerCensus::set_target_key(v8::Isolate *isolate, v8::Local<v8::Symbol> key)
{
    target_key_.Reset(isolate, key);
}

void ListenerCensus::drop()
{
    delete job_;
    job_ = nullptr;
}

void ListenerCensus::fini()
{
    drop();
    target_key_.Reset();
}

bool ListenerCensus::give_kind(porthole_task *task, const char *emitter, const char *event,
                               const Kind &kind)
{
    const porthole_listener_kind row = { emitter, event, kind.listeners, kind.emitters,
                                         kind.most_on_one };

    return porthole_task_listeners(task, &row);
}

void ListenerCensus::give(porthole_task *task) const
{
    porthole_task_emitters(task, job_->emitters);
    for (const auto &[key, kind] : job_->kinds) {
        const char *event = key.c_str() + strlen(key.c_str()) + 1;

        if (!give_kind(task, key.c_str(), event, kind))
            return;
    }
    if (job_->other.emitters != 0)
        (void)give_kind(task, OTHER, OTHER, job_->other);
}

/* JavaScript that V8 would start in spite of all is refused with an exception, which ends
 * here; see Reader::Session. */
struct Guard {
    explicit Guard(v8::Isolate *isolate)
        : allow(isolate),
          refuse(isolate,
                 v8::Isolate::DisallowJavascriptExecutionScope::OnFailure::THROW_ON_FAILURE),
          caught(isolate)
    {
        caught.SetCaptureMessage(false);
    }

    v8::Isolate::AllowJavascriptExecutionScope    allow;
    v8::Isolate::DisallowJavascriptExecutionScope refuse;
    v8::TryCatch                                  caught;
};

bool ListenerCensus::perform(v8::Isolate *isolate, v8::Local<v8::Context> context,
                             porthole_task *task)
{
    const uint64_t until = ProfileReader::now_ns() + SLICE_NS;
    uint64_t *cursor = porthole_task_cursor(task);
    const Guard guard(isolate);
    Names names;

    if (cursor[0]++ == 0) {
        drop();
        job_ = new (std::nothrow) Job;
    }
    if (!porthole_task_wanted(task)) {
        drop();
        return true;
    }
    if (job_ == nullptr || !make_names(isolate, target_key_, &names)) {
        drop();
        porthole_task_fail(task, "no memory to count listeners");
        return true;
    }
    if (cursor[0] == 1) {
        IsEmitter is_emitter(isolate, context, names);

        isolate->GetHeapProfiler()->QueryObjects(context, &is_emitter, &job_->found);
        if (!job_->found.empty())
            return false; /* it was long enough */
    }
    Walk walk(isolate, context, names, job_, until);

    while (job_->next < job_->found.size()) {
        const v8::HandleScope scope(isolate);
        v8::Global<v8::Object> &found = job_->found[job_->next];

        if (!walk.read(found.Get(isolate)))
            return false;
        found.Reset();
        job_->next++;
        if (walk.is_late())
            return false;
    }
    give(task);
    drop();
    return true;
}
