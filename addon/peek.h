/* SPDX-License-Identifier: MIT */
/**
 * Looks at the own data of live objects. No code of the application runs: a getter or a proxy
 * in the way is nothing to see.
 *
 *     Peek peek(isolate);
 *
 *     if (peek.own(object, "_events", &value))
 *         ...
 *
 * Threads: isolate thread, in a context; what it hands out lives as long as itself.
 */
#ifndef PORTHOLE_ADDON_PEEK_H
#define PORTHOLE_ADDON_PEEK_H

#include <v8-container.h>
#include <v8-context.h>
#include <v8-exception.h>
#include <v8-isolate.h>
#include <v8-local-handle.h>
#include <v8-object.h>
#include <v8-primitive.h>
#include <v8-value.h>

#include <cstdint>

class Peek
{
public:
    explicit Peek(v8::Isolate *isolate);
    Peek(const Peek &) = delete;
    Peek &operator=(const Peek &) = delete;

    /** A data property of the object itself. Threads: as above, and all that follow. */
    bool own(v8::Local<v8::Object> object, v8::Local<v8::Name> name, v8::Local<v8::Value> *out);
    bool own(v8::Local<v8::Object> object, const char *name, v8::Local<v8::Value> *out);

    /** The same, if it is an object and no proxy. */
    bool own_object(v8::Local<v8::Object> object, const char *name, v8::Local<v8::Object> *out);

    /** The value of the object's own symbol with that description, if it is an object and no
     *  proxy. */
    bool own_symbol(v8::Local<v8::Object> object, const char *description,
                    v8::Local<v8::Object> *out);

    /** An element of a list; false for a hole or a getter. */
    bool element(v8::Local<v8::Array> list, uint32_t i, v8::Local<v8::Value> *out);

    /** What a Map holds under a key that is a string or a symbol. */
    bool entry(v8::Local<v8::Map> map, v8::Local<v8::Value> key, v8::Local<v8::Value> *out);

    /** What is behind proxies; false if they were revoked, or are too many. */
    static bool behind(v8::Local<v8::Object> *object);

    /** Which of these prototypes is the nearest of the object's? `n`: none, or a proxy is on
     *  the way. */
    static unsigned find_prototype(v8::Local<v8::Object> object,
                                   const v8::Local<v8::Object> *prototypes, unsigned n);

    /** The name of its class: that of its prototype's constructor, or what V8 knows. */
    v8::Local<v8::String> class_of(v8::Local<v8::Object> object);

    v8::Isolate *isolate() const { return isolate_; }
    v8::Local<v8::Context> context() const { return context_; }

private:
    using Refusal = v8::Isolate::DisallowJavascriptExecutionScope;

    bool key(const char *name, v8::Local<v8::String> *out);
    bool forget();

    v8::Isolate           *isolate_;
    v8::HandleScope        handles_;
    v8::Local<v8::Context> context_;
    Refusal                refuse_;
    v8::TryCatch           caught_;
};

#endif /* PORTHOLE_ADDON_PEEK_H */
