/* SPDX-License-Identifier: MIT */
/*
 * One function for each kind of value, and the table that finds it. V8's own accessors of
 * internal fields are used (v8::Date::ValueOf, v8::RegExp::GetSource), never properties.
 */
#include "leaf.h"

#include "utf8.h"

#include <v8-array-buffer.h>
#include <v8-container.h>
#include <v8-context.h>
#include <v8-date.h>
#include <v8-function.h>
#include <v8-primitive-object.h>
#include <v8-promise.h>
#include <v8-regexp.h>
#include <v8-typed-array.h>
#include <v8-version.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>

static const size_t STRING_MAX = 1024; /* units shown; 2 KiB of stack */
static const int LARGEST = 1 << 20;    /* V8 lays all of a text flat to give out its start */
static const size_t NAME_MAX_UNITS = 128;
static const int BIGINT_WORDS = 48;    /* shown in decimal: below 925 digits */

/* ---- Text ------------------------------------------------------------------------- */

static bool is_high_surrogate(uint16_t unit)
{
    return unit >= 0xd800 && unit < 0xdc00;
}

/* The password in "scheme://user:password@host" is nobody's to see: '*' in its place. */
template <typename Unit>
static void hide_passwords(Unit *text, size_t n)
{
    for (size_t i = 0; i + 3 < n; i++) {
        if (text[i] != ':' || text[i + 1] != '/' || text[i + 2] != '/')
            continue;
        size_t colon = 0;

        for (i += 3; i < n && text[i] > ' ' && text[i] != '/' && text[i] != '@'; i++)
            if (text[i] == ':' && colon == 0)
                colon = i;
        if (colon != 0 && (i == n || text[i] == '@'))
            std::fill(text + colon + 1, text + i, static_cast<Unit>('*'));
    }
}

static void put_wide(v8::Isolate *isolate, v8::Local<v8::String> text, size_t n, bool in_key,
                     JsonOut *out)
{
    uint16_t units[STRING_MAX];

    utf8_copy_utf16(isolate, text, units, n);
    if (static_cast<size_t>(text->Length()) > n && is_high_surrogate(units[n - 1]))
        n--; /* the cut went through a pair */
    hide_passwords(units, n);
    out->put_utf16(units, n, in_key);
}

/* V8 writes to where the bytes shall stand; most need no escape. */
static void put_narrow(v8::Isolate *isolate, v8::Local<v8::String> text, size_t n, bool in_key,
                       JsonOut *out)
{
    uint8_t copy[STRING_MAX];
    char *to = out->reserve(n);

    if (to == nullptr)
        return;
    utf8_copy_latin1(isolate, text, reinterpret_cast<uint8_t *>(to), n);
    if (memchr(to, '/', n) != nullptr)
        hide_passwords(to, n);
    if (JsonOut::is_plain(to, n))
        return out->add(n);
    memcpy(copy, to, n);
    out->put_latin1(copy, n, in_key);
}

void leaf_characters(v8::Isolate *isolate, v8::Local<v8::String> text, size_t most, bool in_key,
                     JsonOut *out)
{
    const auto length = static_cast<size_t>(text->Length());
    const size_t n = std::min(length, most);

    if (n == 0)
        return;
    if (text->IsOneByte())
        put_narrow(isolate, text, n, in_key, out);
    else
        put_wide(isolate, text, n, in_key, out);
    if (n < length) {
        out->put("\xe2\x80\xa6 (");
        out->put_int(static_cast<int64_t>(length));
        out->put(" characters)");
    }
}

static void put_string(v8::Isolate *isolate, v8::Local<v8::String> text, JsonOut *out)
{
    out->put('"');
    if (text->Length() <= LARGEST) {
        leaf_characters(isolate, text, STRING_MAX, false, out);
    } else {
        out->put("[String ");
        out->put_int(text->Length());
        out->put(" characters]");
    }
    out->put('"');
}

/* ---- Primitives --------------------------------------------------------------------- */

/* V8's ToString() of a BigInt looks nothing up; one of a megabyte would take seconds. */
static void put_bigint(v8::Isolate *isolate, v8::Local<v8::BigInt> number, JsonOut *out)
{
    const int words = number->WordCount();
    bool lossless = false;
    const int64_t value = number->Int64Value(&lossless);
    v8::Local<v8::String> digits;

    out->put('"');
    if (lossless) {
        out->put_int(value);
        out->put('n');
    } else if (words <= BIGINT_WORDS &&
               number->ToString(isolate->GetCurrentContext()).ToLocal(&digits)) {
        leaf_characters(isolate, digits, STRING_MAX, false, out);
        out->put('n');
    } else {
        out->put("[BigInt ");
        out->put_int(int64_t{ words } * 64);
        out->put(" bits]");
    }
    out->put('"');
}

static void put_symbol(v8::Isolate *isolate, v8::Local<v8::Symbol> symbol, JsonOut *out)
{
    const v8::Local<v8::Value> description = symbol->Description(isolate);

    out->put("\"Symbol(");
    if (description->IsString())
        leaf_characters(isolate, description.As<v8::String>(), NAME_MAX_UNITS, false, out);
    out->put(")\"");
}

void leaf_primitive(v8::Isolate *isolate, v8::Local<v8::Value> value, JsonOut *out)
{
    if (value->IsString())
        put_string(isolate, value.As<v8::String>(), out);
    else if (value->IsInt32())
        out->put_int(value.As<v8::Int32>()->Value());
    else if (value->IsNumber())
        out->put_double(value.As<v8::Number>()->Value());
    else if (value->IsTrue())
        out->put("true", 4);
    else if (value->IsFalse())
        out->put("false", 5);
    else if (value->IsBigInt())
        put_bigint(isolate, value.As<v8::BigInt>(), out);
    else if (value->IsSymbol())
        put_symbol(isolate, value.As<v8::Symbol>(), out);
    else
        out->put("null", 4);
}

/* ---- Objects shown as text ------------------------------------------------------------ */

static void put_brackets(const char *name, JsonOut *out)
{
    out->put("\"[");
    out->put(name);
    out->put("]\"");
}

static void put_size(const char *name, size_t n, const char *unit, JsonOut *out)
{
    out->put("\"[");
    out->put(name);
    out->put(' ');
    out->put_int(static_cast<int64_t>(n));
    out->put(unit);
    out->put("]\"");
}

static void put_function(v8::Isolate *isolate, v8::Local<v8::Object> object, JsonOut *out)
{
    const v8::Local<v8::Value> name = object.As<v8::Function>()->GetDebugName();

    out->put("\"[Function");
    if (name->IsString() && name.As<v8::String>()->Length() != 0) {
        out->put(": ");
        leaf_characters(isolate, name.As<v8::String>(), NAME_MAX_UNITS, false, out);
    }
    out->put("]\"");
}

/* Years, months and days of a number of days since 1970, by H. Hinnant's civil_from_days. */
static void put_day(int64_t days, char *text, size_t room)
{
    const int64_t shifted = days + 719468;
    const int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const int64_t of_era = shifted - era * 146097;
    const int64_t year_of_era =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t month_from_march = (5 * of_year + 2) / 153;
    const auto day = static_cast<int>(of_year - (153 * month_from_march + 2) / 5 + 1);
    const auto month =
        static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    const auto year = static_cast<int>(year_of_era + era * 400 + (month <= 2));

    if (year >= 0 && year <= 9999)
        (void)snprintf(text, room, "%04d-%02d-%02d", year, month, day);
    else
        (void)snprintf(text, room, "%+07d-%02d-%02d", year, month, day);
}

static void put_date(v8::Isolate *, v8::Local<v8::Object> object, JsonOut *out)
{
    const double at = object.As<v8::Date>()->ValueOf();
    char day[32];
    char text[64];

    if (std::isnan(at))
        return out->put("\"Invalid Date\"");
    const double days = std::floor(at / 86400000.0);
    const auto ms = static_cast<int>(at - days * 86400000.0);

    put_day(static_cast<int64_t>(days), day, sizeof(day));
    (void)snprintf(text, sizeof(text), "\"%sT%02d:%02d:%02d.%03dZ\"", day, ms / 3600000,
                   ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
    out->put(text);
}

static void put_regexp(v8::Isolate *isolate, v8::Local<v8::Object> object, JsonOut *out)
{
    static const struct {
        v8::RegExp::Flags flag;
        char letter;
    } flags[] = {
        { v8::RegExp::kHasIndices, 'd' }, { v8::RegExp::kGlobal, 'g' },
        { v8::RegExp::kIgnoreCase, 'i' }, { v8::RegExp::kMultiline, 'm' },
        { v8::RegExp::kDotAll, 's' },     { v8::RegExp::kUnicode, 'u' },
        { v8::RegExp::kUnicodeSets, 'v' }, { v8::RegExp::kSticky, 'y' },
    };
    const auto regexp = object.As<v8::RegExp>();

    out->put("\"/");
    leaf_characters(isolate, regexp->GetSource(), STRING_MAX, false, out);
    out->put('/');
    for (const auto &entry : flags)
        if ((regexp->GetFlags() & entry.flag) != 0)
            out->put(entry.letter);
    out->put('"');
}

static void put_promise(v8::Isolate *, v8::Local<v8::Object> object, JsonOut *out)
{
    const v8::Promise::PromiseState state = object.As<v8::Promise>()->State();

    put_brackets(state == v8::Promise::kPending     ? "Promise pending"
                 : state == v8::Promise::kFulfilled ? "Promise fulfilled"
                                                    : "Promise rejected",
                 out);
}

static void put_boxed(v8::Isolate *isolate, v8::Local<v8::Object> object, JsonOut *out)
{
    if (object->IsStringObject())
        put_string(isolate, object.As<v8::StringObject>()->ValueOf(), out);
    else if (object->IsNumberObject())
        out->put_double(object.As<v8::NumberObject>()->ValueOf());
    else if (object->IsBooleanObject())
        out->put(object.As<v8::BooleanObject>()->ValueOf() ? "true" : "false");
    else if (object->IsBigIntObject())
        put_bigint(isolate, object.As<v8::BigIntObject>()->ValueOf(), out);
    else
        put_symbol(isolate, object.As<v8::SymbolObject>()->ValueOf(), out);
}

/* Node's Buffer is a Uint8Array of a class that calls itself FastBuffer. */
static void put_view(v8::Isolate *isolate, v8::Local<v8::Object> object, JsonOut *out)
{
    const auto view = object.As<v8::ArrayBufferView>();
    const Utf8 name(isolate, object->GetConstructorName());
    const bool is_buffer =
        strcmp(name.get(), "Buffer") == 0 || strcmp(name.get(), "FastBuffer") == 0;

    if (object->IsDataView())
        return put_size("DataView", view->ByteLength(), " bytes", out);
    if (is_buffer)
        return put_size("Buffer", view->ByteLength(), " bytes", out);
    out->put("\"[");
    leaf_characters(isolate, object->GetConstructorName(), NAME_MAX_UNITS, false, out);
    out->put(' ');
    out->put_int(static_cast<int64_t>(object.As<v8::TypedArray>()->Length()));
    out->put(" items]\"");
}

static void put_array_buffer(v8::Isolate *, v8::Local<v8::Object> object, JsonOut *out)
{
    if (object->IsSharedArrayBuffer())
        put_size("SharedArrayBuffer", object.As<v8::SharedArrayBuffer>()->ByteLength(),
                 " bytes", out);
    else
        put_size("ArrayBuffer", object.As<v8::ArrayBuffer>()->ByteLength(), " bytes", out);
}

static void put_class(v8::Isolate *isolate, v8::Local<v8::Object> object, JsonOut *out)
{
    out->put("\"[");
    leaf_characters(isolate, object->GetConstructorName(), NAME_MAX_UNITS, false, out);
    out->put("]\"");
}

static void put_proxy(v8::Isolate *, v8::Local<v8::Object>, JsonOut *out)
{
    put_brackets("Proxy", out);
}

static void put_module(v8::Isolate *, v8::Local<v8::Object>, JsonOut *out)
{
    put_brackets("Module", out); /* an export may not have a value yet, and reading it throws */
}

static void put_external(v8::Isolate *, v8::Local<v8::Object>, JsonOut *out)
{
    put_brackets("External", out);
}

/* ---- Which ---------------------------------------------------------------------------- */

struct Leaf {
    bool (v8::Value::*is)() const;
    void (*put)(v8::Isolate *isolate, v8::Local<v8::Object> object, JsonOut *out);
};

/* A proxy first: nothing else may be asked of it. */
static const Leaf leaves[] = {
    { &v8::Value::IsProxy, put_proxy },
    { &v8::Value::IsFunction, put_function },
    { &v8::Value::IsDate, put_date },
    { &v8::Value::IsRegExp, put_regexp },
    { &v8::Value::IsPromise, put_promise },
    { &v8::Value::IsArrayBufferView, put_view },
    { &v8::Value::IsArrayBuffer, put_array_buffer },
    { &v8::Value::IsSharedArrayBuffer, put_array_buffer },
    { &v8::Value::IsStringObject, put_boxed },
    { &v8::Value::IsNumberObject, put_boxed },
    { &v8::Value::IsBooleanObject, put_boxed },
    { &v8::Value::IsBigIntObject, put_boxed },
    { &v8::Value::IsSymbolObject, put_boxed },
    { &v8::Value::IsWeakMap, put_class },
    { &v8::Value::IsWeakSet, put_class },
    { &v8::Value::IsWeakRef, put_class },
    { &v8::Value::IsModuleNamespaceObject, put_module },
    { &v8::Value::IsExternal, put_external },
};

#if V8_MAJOR_VERSION >= 13
static bool is_global(v8::Isolate *isolate, v8::Local<v8::Object> object)
{
    v8::Local<v8::Context> context;

    return object->GetCreationContext(isolate).ToLocal(&context) && context->Global() == object;
}
#else
static bool is_global(v8::Isolate *, v8::Local<v8::Object> object)
{
    v8::Local<v8::Context> context;

    return object->GetCreationContext().ToLocal(&context) && context->Global() == object;
}
#endif

bool leaf_object(v8::Isolate *isolate, v8::Local<v8::Object> object, JsonOut *out)
{
    for (const Leaf &leaf : leaves) {
        if (((**object).*leaf.is)()) {
            leaf.put(isolate, object, out);
            return true;
        }
    }
    if (!is_global(isolate, object))
        return false;
    put_brackets("global", out);
    return true;
}

void leaf_closed(v8::Isolate *isolate, v8::Local<v8::Object> object, JsonOut *out)
{
    if (object->IsArray())
        put_size("Array", object.As<v8::Array>()->Length(), "", out);
    else if (object->IsMap())
        put_size("Map", object.As<v8::Map>()->Size(), "", out);
    else if (object->IsSet())
        put_size("Set", object.As<v8::Set>()->Size(), "", out);
    else
        put_class(isolate, object, out);
}
