/* SPDX-License-Identifier: MIT */
/**
 * What an object of the application looks like, as JSON, without running a line of its
 * code: no getter, no proxy trap, no toJSON, no toString.
 *
 * Shown are own enumerable properties with text keys that hold data; what is not data is
 * named in brackets: "[Getter]", "[Proxy]", "[Function: name]". Whatever is too deep, too
 * long, too broad or too much is cut, and the cut is seen.
 *
 * V8 lists all keys of an object at once: an object with 100,000 of them costs milliseconds
 * although 200 are shown.
 *
 * Threads: everything here belongs to the isolate's own thread; never inside the collector.
 */
#ifndef PORTHOLE_ADDON_READER_H
#define PORTHOLE_ADDON_READER_H

#include "json_out.h"
#include "keys.h"

#include <v8-container.h>
#include <v8-context.h>
#include <v8-exception.h>
#include <v8-isolate.h>
#include <v8-object.h>

#include <cstddef>
#include <cstdint>

class Reader
{
public:
    static const unsigned DEFAULT_DEPTH = 3;
    static const unsigned MAX_DEPTH = 16;

    Reader() = default;
    Reader(const Reader &) = delete;
    Reader &operator=(const Reader &) = delete;

    /*
     * Must be open around reads. JavaScript that V8 would start in spite of all is refused
     * with an exception, which ends here.
     */
    class Session
    {
    public:
        Session(Reader *reader, v8::Isolate *isolate, v8::Local<v8::Context> context);
        ~Session();
        Session(const Session &) = delete;
        Session &operator=(const Session &) = delete;

    private:
        Reader                                       *reader_;
        v8::HandleScope                               handles_;
        v8::Isolate::AllowJavascriptExecutionScope    allow_; /* or V8 ends the process */
        v8::Isolate::DisallowJavascriptExecutionScope refuse_;
        v8::TryCatch                                  caught_;
    };

    /**
     * Read `value` by the rules last set. Afterwards json() is one JSON value of at most
     * PORTHOLE_OBJECT_BYTES; {"error":"…"} if nothing can be said of it.
     *
     * Threads: isolate thread, in a Session.
     */
    void read(v8::Local<v8::Value> value);

    /**
     * Follow these rules; depth 0 means DEFAULT_DEPTH, and more than MAX_DEPTH is as much.
     *
     * Threads: isolate thread.
     */
    void set_rules(const ReadRules &rules);

    /** Is a Session open? Then there must not be another. Threads: isolate thread. */
    bool busy() const { return caught_ != nullptr; }

    /** What was read, until the next read. Threads: isolate thread, all three. */
    const char *json() const { return json_; }
    size_t json_bytes() const { return json_bytes_; }
    /** A property at the top level is null. */
    bool has_nulls() const { return has_nulls_; }

private:
    friend class Session;

    /* A container that is open, and those around it; on the stack. */
    struct Open {
        v8::Local<v8::Object> object;
        const Open           *outer;
        unsigned              level; /* 1 at the top */
        size_t                begin; /* where its first item stands in the text */
    };

    static const uint32_t MAX_ITEMS = 100;

    void value(v8::Local<v8::Value> value, const Open *outer);
    void open(v8::Local<v8::Object> object, const Open *outer);
    void array(v8::Local<v8::Array> array, const Open &here);
    void entries(v8::Local<v8::Object> object, const Open &here, bool pairs, size_t size);
    void entry(v8::Local<v8::Value> key, v8::Local<v8::Value> value, const Open &here);
    void error(v8::Local<v8::Object> object, const Open &here);
    void plain(v8::Local<v8::Object> object, const Open &here, bool is_error);
    void member(v8::Local<v8::Object> object, v8::Local<v8::String> name, const Open &here);
    void put_text_member(const char *name, v8::Local<v8::Value> value, const Open &here);
    bool holds_itself(v8::Local<v8::Object> object, v8::Local<v8::Array> names);
    bool property(v8::Local<v8::Object> object, v8::Local<v8::String> name,
                  v8::Local<v8::Value> *out);
    bool inherited(v8::Local<v8::Object> object, const char *name, v8::Local<v8::Value> *out);
    void element(v8::Local<v8::Array> array, uint32_t i, const Open &here);
    v8::Local<v8::String> index_name(uint32_t i);
    void comma(const Open &here);
    bool fits(size_t mark, const Open &here, bool list);
    void more(const Open &here, bool list, uint64_t n);
    void forget_exception();

    v8::Isolate           *isolate_ = nullptr; /* these three: while a Session is open */
    v8::Local<v8::Context> context_;
    v8::TryCatch          *caught_ = nullptr;
    unsigned               depth_ = DEFAULT_DEPTH;
    Keys                   keys_;
    JsonOut                out_;
    const char            *json_ = "";
    size_t                 json_bytes_ = 0;
    unsigned               nodes_ = 0;
    bool                   has_nulls_ = false;
    v8::Global<v8::String> indices_[MAX_ITEMS]; /* "0", "1", … made when first needed */
};

#endif /* PORTHOLE_ADDON_READER_H */
