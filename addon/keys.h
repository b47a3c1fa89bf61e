/* SPDX-License-Identifier: MIT */
/**
 * What to do with an object's key: its JSON, whether it is asked for, whether it looks like
 * a secret. Remembered for keys seen before, which are few, so that an object costs a look
 * into a table per key.
 *
 * Keys are compared by identity: V8 keeps each property name once. 512 names are kept alive
 * at most. Without memory for the table each key is worked out anew.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_KEYS_H
#define PORTHOLE_ADDON_KEYS_H

#include "json_out.h"

#include <v8-isolate.h>
#include <v8-persistent-handle.h>
#include <v8-primitive.h>

#include <cstddef>
#include <cstdint>

/* How objects are to be read. The texts are borrowed. */
struct ReadRules {
    const char *fields;  /* names at the top level, by comma; nullptr: all */
    const char *redact;  /* parts of further secrets' keys, lower case, by comma, or nullptr */
    bool        secrets; /* redact what looks like a secret by our own list */
    unsigned    depth;   /* levels of containers that are opened, 1 .. 16 */
};

class Keys
{
public:
    struct Verdict {
        const char *text;   /* "name": in JSON */
        size_t      n;      /* bytes of it; 0: too long to be kept, see put() */
        bool        asked;  /* at the top level */
        bool        secret;
    };

    Keys() = default;
    ~Keys();
    Keys(const Keys &) = delete;
    Keys &operator=(const Keys &) = delete;

    /**
     * Follow these rules from now on.
     *
     * Threads: isolate thread.
     */
    void set_rules(const ReadRules &rules);

    /**
     * The key `name`, which is a property name. The text is valid until the next call.
     *
     * Threads: isolate thread.
     */
    Verdict find(v8::Isolate *isolate, v8::Local<v8::String> name);

    /**
     * The same for any text, without its JSON.
     *
     * Threads: isolate thread.
     */
    Verdict judge(v8::Isolate *isolate, v8::Local<v8::String> name) const;

    /**
     * Write `name` as a JSON string; beyond 256 units it is cut and says so.
     *
     * Threads: isolate thread.
     */
    static void put(v8::Isolate *isolate, v8::Local<v8::String> name, JsonOut *out);

private:
    struct Key {
        v8::Global<v8::String> name;
        bool                   secret; /* by our own list */
        uint8_t                n;
        char                   text[64];
    };
    static const size_t SLOTS = 512;

    bool is_asked(const char *name, size_t n) const;
    bool is_redacted(const char *name, size_t n) const;
    static bool is_secret(const char *name, size_t n);
    bool make(v8::Isolate *isolate, v8::Local<v8::String> name, Key *key);
    Key *slot(v8::Local<v8::String> name);

    ReadRules rules_ = { nullptr, nullptr, true, 0 };
    Key      *slots_ = nullptr; /* SLOTS, by hash; made when first needed */
    JsonOut   scratch_;
};

#endif /* PORTHOLE_ADDON_KEYS_H */
