/* SPDX-License-Identifier: MIT */
/* Names of properties, seen again and again. */
#include "keys.h"

#include "utf8.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <new>

static const size_t LONGEST = 256; /* units of a key */

/* Parts of keys in lower case, letters and digits only. */
static const char *const secrets[] = {
    "passw",      "passphrase", "pwd",       "secret",    "token",  "apikey",
    "authoriz",   "cookie",     "credential", "privatekey", "accesskey", "bearer",
    "sessionid",  "signature",  "rawheaders", "rawtrailers",
};

/* Whole keys, likewise. "_header" is what Node's HTTP messages keep their head in. */
static const char *const secret_names[] = { "auth", "pass", "jwt", "sid" };
static const char head_of_message[] = "_header";

Keys::~Keys()
{
    for (size_t i = 0; slots_ != nullptr && i < SLOTS; i++)
        slots_[i].~Key();
    free(slots_);
}

void Keys::set_rules(const ReadRules &rules)
{
    rules_ = rules;
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

static char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool Keys::is_asked(const char *name, size_t n) const
{
    return rules_.fields == nullptr || any_item(rules_.fields, [=](const char *item, size_t m) {
               return m == n && memcmp(item, name, n) == 0;
           });
}

static bool is_punctuation(char c)
{
    return c >= ' ' && c < 127 && !(c >= '0' && c <= '9') &&
           !(to_lower(c) >= 'a' && to_lower(c) <= 'z');
}

/* What is too long to be looked at may be one. */
bool Keys::is_secret(const char *name, size_t n)
{
    char bare[Utf8::ROOM];
    size_t m = 0;

    if (n + 4 >= Utf8::ROOM || strcmp(name, head_of_message) == 0)
        return true;
    for (size_t i = 0; i < n; i++)
        if (!is_punctuation(name[i]))
            bare[m++] = to_lower(name[i]);
    for (const char *whole : secret_names)
        if (strlen(whole) == m && memcmp(bare, whole, m) == 0)
            return true;
    return std::any_of(std::begin(secrets), std::end(secrets), [&](const char *part) {
        return memmem(bare, m, part, strlen(part)) != nullptr;
    });
}

bool Keys::is_redacted(const char *name, size_t n) const
{
    char lower[Utf8::ROOM];

    n = std::min(n, sizeof(lower));
    std::transform(name, name + n, lower, to_lower);
    return any_item(rules_.redact, [&](const char *part, size_t length) {
        return memmem(lower, n, part, length) != nullptr;
    });
}

Keys::Verdict Keys::judge(v8::Isolate *isolate, v8::Local<v8::String> name) const
{
    const Utf8 text(isolate, name);

    return { "", 0, is_asked(text.get(), text.size()),
             (rules_.secrets && is_secret(text.get(), text.size())) ||
                 is_redacted(text.get(), text.size()) };
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

    const Utf8 raw(isolate, name);

    key->secret = is_secret(raw.get(), raw.size());
    return true;
}

/* What differs from type to type is rare, and worked out each time. */
Keys::Verdict Keys::find(v8::Isolate *isolate, v8::Local<v8::String> name)
{
    Key *key = slot(name);

    if (key == nullptr || (!(key->name == name) && !make(isolate, name, key)))
        return judge(isolate, name);
    if (rules_.fields == nullptr && rules_.redact == nullptr)
        return { key->text, key->n, true, rules_.secrets && key->secret };

    const Utf8 raw(isolate, name);

    return { key->text, key->n, is_asked(raw.get(), raw.size()),
             (rules_.secrets && key->secret) || is_redacted(raw.get(), raw.size()) };
}
