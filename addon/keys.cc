/* SPDX-License-Identifier: MIT */
/* Names of properties, seen again and again. */
#include "keys.h"

#include "utf8.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

static const size_t LONGEST = 256; /* units of a key */

/* Parts of keys in lower case, without dashes and underscores. */
static const char *const secrets[] = {
    "passw", "passphrase", "pwd",        "secret",     "token",    "apikey",
    "authorization",       "cookie",     "credential", "privatekey", "accesskey",
};

Keys::~Keys()
{
    for (size_t i = 0; slots_ != nullptr && i < SLOTS; i++)
        slots_[i].~Key();
    free(slots_);
}

void Keys::set_rules(const ReadRules &rules)
{
    rules_ = rules;
    era_++;
}

/* ---- Verdicts ------------------------------------------------------------------- */

/* Calls `test(item, bytes)` for each item of a list by comma until one is true. */
template <typename Test>
static bool any_item(const char *list, Test test)
{
    while (list != nullptr && list[0] != '\0') {
        const size_t n = strcspn(list, ",");

        if (n != 0 && test(list, n))
            return true;
        list += n + (list[n] == ',');
    }
    return false;
}

bool Keys::is_asked(const char *name, size_t n) const
{
    return rules_.fields == nullptr || any_item(rules_.fields, [=](const char *item, size_t m) {
               return m == n && memcmp(item, name, n) == 0;
           });
}

bool Keys::is_secret(const char *name, size_t n) const
{
    char lower[Utf8::ROOM];
    char bare[Utf8::ROOM];
    size_t m = 0;

    n = std::min(n, sizeof(lower));
    for (size_t i = 0; i < n; i++) {
        const char c = name[i];

        lower[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
        if (c != '_' && c != '-')
            bare[m++] = lower[i];
    }
    if (rules_.secrets)
        for (const char *part : secrets)
            if (memmem(bare, m, part, strlen(part)) != nullptr)
                return true;
    return any_item(rules_.redact, [&](const char *part, size_t length) {
        return memmem(lower, n, part, length) != nullptr;
    });
}

Keys::Verdict Keys::judge(v8::Isolate *isolate, v8::Local<v8::String> name) const
{
    const Utf8 text(isolate, name);

    return { "", 0, is_asked(text.get(), text.size()), is_secret(text.get(), text.size()) };
}

/* ---- The table ------------------------------------------------------------------ */

void Keys::put(v8::Isolate *isolate, v8::Local<v8::String> name, JsonOut *out)
{
    uint16_t units[LONGEST];
    const auto length = static_cast<size_t>(name->Length());
    const size_t n = std::min(length, LONGEST);

    utf8_copy_utf16(isolate, name, units, n);
    out->put('"');
    out->put_utf16(units, n, true);
    if (n < length) {
        out->put("\xe2\x80\xa6 (");
        out->put_int(static_cast<int64_t>(length));
        out->put(" characters)");
    }
    out->put('"');
}

/* The one that has it, or that may be given to it; nullptr without a table. */
Keys::Key *Keys::slot(v8::Local<v8::String> name)
{
    if (slots_ == nullptr) {
        slots_ = static_cast<Key *>(calloc(SLOTS, sizeof(Key)));
        for (size_t i = 0; slots_ != nullptr && i < SLOTS; i++)
            new (&slots_[i]) Key();
    }
    if (slots_ == nullptr)
        return nullptr;
    /* The hash of a string is that of its characters and is kept in its header. */
    const auto hash = static_cast<uint32_t>(name->GetIdentityHash());
    Key *first = &slots_[(hash * 2654435769U >> 16) % SLOTS];
    Key *second = &slots_[((hash * 2654435769U >> 16) + 1) % SLOTS];

    if (first->name == name)
        return first;
    return second->name == name || !first->name.IsEmpty() ? second : first;
}

bool Keys::make(v8::Isolate *isolate, v8::Local<v8::String> name, Key *key)
{
    scratch_.clear();
    put(isolate, name, &scratch_);
    scratch_.put(':');
    if (scratch_.full() || scratch_.used() > sizeof(key->text))
        return false;
    key->n = static_cast<uint8_t>(scratch_.used());
    memcpy(key->text, scratch_.bytes(), key->n);
    key->name.Reset(isolate, name);
    key->era = 0;
    return true;
}

Keys::Verdict Keys::find(v8::Isolate *isolate, v8::Local<v8::String> name)
{
    Key *key = slot(name);

    if (key == nullptr || (!(key->name == name) && !make(isolate, name, key)))
        return judge(isolate, name);
    if (key->era != era_) {
        const Verdict verdict = judge(isolate, name);

        key->asked = verdict.asked;
        key->secret = verdict.secret;
        key->era = era_;
    }
    return { key->text, key->n, key->asked, key->secret };
}
