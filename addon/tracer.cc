/* SPDX-License-Identifier: MIT */
/*
 * The steps of a trace. An end may come in slices while another trace is asked for already:
 * the task's cursor says which one it is to end.
 */
#include "tracer.h"

#include "thrown.h"
#include "utf8.h"

#include <v8-exception.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

static const uint64_t SLICE_NS = 800000;
static const uint32_t ROWS = 50;
static const uint32_t LET_GO = 256;   /* notes between two looks at the clock */

static uint64_t now_ns()
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1000000000 + static_cast<uint64_t>(now.tv_nsec);
}

void Tracer::set(v8::Isolate *isolate, v8::Local<v8::Function> step)
{
    step_.Reset(isolate, step);
    if (step.IsEmpty())
        drop();
}

void Tracer::drop()
{
    on_ = false;
    judge_.clear();
    notes_.clear();
    stacks_.clear();
    for (auto &prototype : prototypes_)
        prototype.Reset();
}

void Tracer::fini()
{
    drop();
    step_.Reset();
}

/* ---- Tasks -------------------------------------------------------------------------- */

bool Tracer::tell(v8::Isolate *isolate, const char *what, porthole_task *task)
{
    const v8::Local<v8::Context> context = isolate->GetCurrentContext();
    v8::TryCatch caught(isolate);
    v8::Local<v8::String> text;
    v8::Local<v8::Value> ignored;

    if (!v8::String::NewFromUtf8(isolate, what).ToLocal(&text))
        return false;
    v8::Local<v8::Value> arguments[] = {
        text, v8::Number::New(isolate, static_cast<double>(porthole_task_interval(task)))
    };

    if (step_.Get(isolate)
            ->Call(context, v8::Undefined(isolate), 2, arguments)
            .ToLocal(&ignored))
        return true;
    thrown_fail(isolate, task, caught);
    return false;
}

bool Tracer::start(v8::Isolate *isolate, porthole_task *task, uint32_t full_collections)
{
    drop();
    number_++;
    collections_ = full_collections;
    sockets_ = porthole_task_kind_of(task) == PORTHOLE_TASK_TRACE_SOCKETS;
    set_totals(0, 1);
    noting_ns_ = 0;
    on_ = tell(isolate, sockets_ ? "sockets" : "listeners", task);
    if (!on_)
        drop();
    return true;
}

bool Tracer::stop(v8::Isolate *isolate, porthole_task *task, uint32_t full_collections)
{
    uint64_t *cursor = porthole_task_cursor(task);
    const bool first = cursor[0] == 0;

    if (first && on_ && !tell(isolate, "stop", task)) {
        drop();
        return true;
    }
    if (first)
        cursor[0] = number_;
    if (!on_ || cursor[0] != number_) {
        porthole_task_fail(task, "the trace has been ended already");
        return true;
    }
    const uint64_t until_ns = now_ns() + SLICE_NS;

    if (cursor[1] == 0 && porthole_task_wanted(task)) {
        if (!judge_.advance(isolate, notes_, until_ns))
            return false;
        put(task, full_collections);
    }
    if (cursor[1]++ == 0) { /* it is told; what is left is to let go, bit by bit */
        judge_.clear();
        return false;
    }
    while (notes_.shrink(LET_GO))
        if (now_ns() >= until_ns)
            return false;
    drop();
    return true;
}

bool Tracer::perform(v8::Isolate *isolate, porthole_task *task, bool on_loop,
                     uint32_t full_collections)
{
    if (step_.IsEmpty()) {
        porthole_task_fail(task, "nothing can be traced here");
        return true;
    }
    if (!on_loop)
        return false; /* in the middle of running code: not now */
    return porthole_task_kind_of(task) == PORTHOLE_TASK_TRACE_STOP
               ? stop(isolate, task, full_collections)
               : start(isolate, task, full_collections);
}

/* ---- What JavaScript has met -------------------------------------------------------- */

void Tracer::begin(v8::Isolate *isolate)
{
    stacks_.set_own(isolate);
}

void Tracer::set_prototype(v8::Isolate *isolate, unsigned i, v8::Local<v8::Object> prototype)
{
    if (i < SOCKET_KINDS)
        prototypes_[i].Reset(isolate, prototype);
}

uint32_t Tracer::place(v8::Isolate *isolate)
{
    const v8::HandleScope scope(isolate);

    return stacks_.take(isolate);
}

void Tracer::note_listener(v8::Isolate *isolate, v8::Local<v8::Object> emitter,
                           v8::Local<v8::Value> event, v8::Local<v8::Value> listener,
                           uint32_t weight)
{
    const uint64_t began = now_ns();
    const uint32_t stack = place(isolate);

    (void)notes_.add_listener(isolate, emitter, event, listener, { stack, weight });
    noting_ns_ += now_ns() - began;
}

/* A TLSSocket around another stream: that one is the socket. What holds a stream that is no
 * socket at all is Node's JSStreamSocket. */
static bool is_wrapper(v8::Isolate *isolate, v8::Local<v8::Object> socket)
{
    Peek peek(isolate);
    const Utf8 name(isolate, peek.class_of(socket));
    v8::Local<v8::Value> encrypted;
    v8::Local<v8::Object> handle;

    return strcmp(name.get(), "JSStreamSocket") == 0 ||
           (peek.own(socket, "encrypted", &encrypted) &&
            peek.own_symbol(socket, "res", &handle) &&
            peek.own_object(handle, "_parentWrap", &handle));
}

/* Asked of every emitter that is made. */
unsigned Tracer::kind_of(v8::Isolate *isolate, v8::Local<v8::Object> emitter) const
{
    v8::Local<v8::Object> prototypes[SOCKET_KINDS];

    for (unsigned i = 0; i < SOCKET_KINDS; i++)
        prototypes[i] = prototypes_[i].Get(isolate);
    const unsigned i = Peek::find_prototype(emitter, prototypes, SOCKET_KINDS);

    return i == SOCKET_KINDS || is_wrapper(isolate, emitter) ? 0 : i + 1;
}

uint32_t Tracer::note_socket(v8::Isolate *isolate, v8::Local<v8::Object> socket, unsigned kind,
                             uint32_t weight)
{
    static const TraceNotes::Kind kinds[] = { TraceNotes::SOCKET, TraceNotes::SERVER,
                                              TraceNotes::DATAGRAM };
    const uint64_t began = now_ns();
    uint32_t number = 0;

    if (kind != 0 && kind <= SOCKET_KINDS)
        number =
            notes_.add_socket(isolate, socket, kinds[kind - 1], { place(isolate), weight });
    noting_ns_ += now_ns() - began;
    return number;
}

/* ---- Where a socket goes ------------------------------------------------------------ */

static bool is_text(v8::Local<v8::Value> value)
{
    return !value.IsEmpty() && (value->IsString() || value->IsNumber());
}

static void describe(v8::Isolate *isolate, v8::Local<v8::Value> host, v8::Local<v8::Value> port,
                     char *to, size_t room)
{
    const v8::Local<v8::Context> context = isolate->GetCurrentContext();
    v8::Local<v8::String> text;
    const Utf8 name(isolate, is_text(host) && host->IsString() ? host.As<v8::String>()
                                                               : v8::Local<v8::String>());
    const Utf8 number(isolate, is_text(port) && port->ToString(context).ToLocal(&text)
                                   ? text
                                   : v8::Local<v8::String>());
    const bool is_v6 = strchr(name.get(), ':') != nullptr;

    (void)snprintf(to, room, is_v6 ? "[%.200s]:%.8s" : "%.200s:%.8s",
                   name.size() != 0 ? name.get() : "localhost", number.get());
}

static void describe_path(v8::Isolate *isolate, v8::Local<v8::Value> path, char *to,
                          size_t room)
{
    const Utf8 text(isolate, path.As<v8::String>());

    (void)snprintf(to, room, "unix:%.200s", text.get());
}

/* As Node tells a port from a path. */
static bool is_path(v8::Local<v8::Context> context, v8::Local<v8::Value> value)
{
    v8::Local<v8::Number> number;

    return value->IsString() &&
           (!value->ToNumber(context).ToLocal(&number) || !(number->Value() >= 0));
}

/* connect([options, …]), connect(options), connect(path), connect(port, host) */
void Tracer::note_target(v8::Isolate *isolate, uint32_t number, v8::Local<v8::Value> first,
                         v8::Local<v8::Value> second)
{
    Peek peek(isolate);
    v8::Local<v8::Value> host = second;
    v8::Local<v8::Value> port = first;
    v8::Local<v8::Value> path;
    char what[256];

    if (first->IsArray() && !peek.element(first.As<v8::Array>(), 0, &first))
        return;
    if (first->IsObject()) {
        host.Clear();
        port.Clear();
        (void)peek.own(first.As<v8::Object>(), "host", &host);
        (void)peek.own(first.As<v8::Object>(), "port", &port);
        (void)peek.own(first.As<v8::Object>(), "path", &path);
    } else if (is_path(peek.context(), first)) {
        path = first;
    }
    if (!path.IsEmpty() && path->IsString())
        describe_path(isolate, path, what, sizeof(what));
    else if (is_text(port))
        describe(isolate, host, port, what, sizeof(what));
    else
        return;
    notes_.set_what(number, what);
}

/* ---- The answer --------------------------------------------------------------------- */

Tracer::Sums Tracer::sums() const
{
    Sums all = {};

    for (uint32_t i = 0; i < judge_.rows().size(); i++) {
        all.added += judge_.rows().at(i)->added;
        all.alive += judge_.rows().at(i)->alive;
    }
    return all;
}

/* Of sockets only those count that were opened, which shows in the end. */
void Tracer::put_head(const Sums &sums, uint32_t full_collections, TraceText *out) const
{
    out->put_number("{\"sampled_one_in\":", one_in_);
    out->put_number(",\"added\":", sockets_ ? sums.added : added_);
    if (notes_.is_cut())
        out->put(",\"removed\":null");
    else
        out->put_number(",\"removed\":", sums.added - std::min(sums.alive, sums.added));
    out->put_number(",\"alive\":", sums.alive);
    out->put_number(",\"full_collections\":", full_collections - collections_);
    out->put_number(",\"noting_us\":", noting_ns_ / 1000);
}

/* Nobody collects garbage for this, and a busy server has more listeners on answered
 * requests than its leak is long. But those are one or a few on each; so what has piled up
 * comes first. */
static bool is_above(const TraceJudge::Row *a, const TraceJudge::Row *b)
{
    return a->piled != b->piled   ? a->piled > b->piled
           : a->alive != b->alive   ? a->alive > b->alive
           : a->added != b->added ? a->added > b->added
                                  : a->key < b->key;
}

/* False without memory. */
bool Tracer::put_rows(TraceText *out) const
{
    const KeyTable<TraceJudge::Row> &rows = judge_.rows();
    const uint32_t shown = std::min(rows.used(), ROWS);
    auto *best = static_cast<const TraceJudge::Row **>(
        calloc(rows.used() + 1, sizeof(const TraceJudge::Row *)));
    uint32_t n = 0;

    if (best == nullptr)
        return false;
    for (uint32_t i = 0; i < rows.size(); i++)
        if (rows.at(i)->key != 0)
            best[n++] = rows.at(i);
    std::partial_sort(best, best + shown, best + n, is_above);
    out->put(",\"rows\":[");
    for (uint32_t i = 0; i < shown; i++) {
        out->put_number(i != 0 ? ",{\"alive\":" : "{\"alive\":", best[i]->alive);
        out->put_number(",\"added\":", best[i]->added);
        if (!sockets_)
            out->put_number(",\"most_on_one\":", best[i]->most);
        out->put(",\"what\":");
        out->put_string(notes_.what(best[i]->what)->text);
        out->put(",\"frames\":");
        stacks_.put(best[i]->stack, out);
        out->put("}");
    }
    out->put_number("],\"rows_total\":", n);
    out->put(shown < n || notes_.is_cut() || stacks_.is_cut() ? ",\"truncated\":true}"
                                                              : ",\"truncated\":false}");
    free(best);
    return true;
}

void Tracer::put(porthole_task *task, uint32_t full_collections) const
{
    TraceText text;

    if (!judge_.failed())
        put_head(sums(), full_collections, &text);
    if (judge_.failed() || !put_rows(&text) || text.failed())
        porthole_task_fail(task, "no memory to tell what was noted");
    else if (!porthole_task_json(task, text.bytes(), text.size()))
        porthole_task_fail(task, "what was noted is more than an answer can hold");
}
