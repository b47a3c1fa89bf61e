/* SPDX-License-Identifier: MIT */
/*
 * Walks into containers.
 *
 * A property is asked twice: whether it is an accessor, then for its value. Both calls look
 * at the object itself before its prototypes, and what is asked for is known to be there, so
 * that neither meets a proxy further up. Called in the middle of the application's code,
 * possibly with its last 100 KiB of stack: no large buffers on the way down.
 */
#include "reader.h"

#include "leaf.h"

#include <v8-version.h>

#include <algorithm>
#include <cstring>

static const unsigned MAX_NODES = 5000; /* 1.3 ms; 20,000 took 5 */
static const unsigned MAX_PROPERTIES = 200;
static const size_t   MAX_LISTED = 10000; /* entries of a Map or Set: V8 copies them all */
static const unsigned MAX_PROTOTYPES = 16;
static const auto FILTER =
    static_cast<v8::PropertyFilter>(v8::ONLY_ENUMERABLE | v8::SKIP_SYMBOLS);

#define ELLIPSIS "\xe2\x80\xa6"

Reader::Session::Session(Reader *reader, v8::Isolate *isolate, v8::Local<v8::Context> context)
    : reader_(reader), handles_(isolate), allow_(isolate),
      refuse_(isolate,
              v8::Isolate::DisallowJavascriptExecutionScope::OnFailure::THROW_ON_FAILURE),
      caught_(isolate)
{
    caught_.SetCaptureMessage(false);
    reader->isolate_ = isolate;
    reader->context_ = context;
    reader->caught_ = &caught_;
}

Reader::Session::~Session()
{
    reader_->context_.Clear();
    reader_->caught_ = nullptr;
}

void Reader::set_rules(const ReadRules &rules)
{
    depth_ = rules.depth == 0 ? DEFAULT_DEPTH : std::min(rules.depth, MAX_DEPTH);
    keys_.set_rules(rules);
}

void Reader::read(v8::Local<v8::Value> root)
{
    static const char no_memory[] = "{\"error\":\"no memory to read it\"}";

    out_.clear();
    nodes_ = 0;
    has_nulls_ = false;
    value(root, nullptr);
    json_ = out_.failed() ? no_memory : out_.bytes();
    json_bytes_ = out_.failed() ? sizeof(no_memory) - 1 : out_.used();
}

void Reader::forget_exception()
{
    if (caught_->HasCaught())
        caught_->Reset();
}

void Reader::value(v8::Local<v8::Value> value, const Open *outer)
{
    if (++nodes_ > MAX_NODES)
        out_.fill();
    if (out_.full())
        return; /* the container around takes it back */
    if (!value->IsObject())
        leaf_primitive(isolate_, value, &out_);
    else if (!leaf_object(isolate_, value.As<v8::Object>(), &out_))
        open(value.As<v8::Object>(), outer);
}

void Reader::open(v8::Local<v8::Object> object, const Open *outer)
{
    const Open here = { object, outer, outer != nullptr ? outer->level + 1 : 1,
                        out_.used() + 1 };
    const bool is_array = object->IsArray();
    const bool is_set = object->IsSet();

    for (; outer != nullptr; outer = outer->outer)
        if (outer->object == object)
            return out_.put("\"[Circular]\"");
    if (here.level > depth_)
        return leaf_closed(isolate_, object, &out_);

    const v8::HandleScope scope(isolate_);

    out_.put(is_array || is_set ? '[' : '{');
    if (out_.full())
        return;
    if (is_array)
        array(object.As<v8::Array>(), here);
    else if (is_set)
        entries(object, here, false, object.As<v8::Set>()->Size());
    else if (object->IsMap())
        entries(object, here, true, object.As<v8::Map>()->Size());
    else if (object->IsNativeError())
        error(object, here);
    else
        plain(object, here, false);
    out_.put(is_array || is_set ? ']' : '}');
}

/* ---- Between the items -------------------------------------------------------------- */

void Reader::comma(const Open &here)
{
    if (out_.used() != here.begin)
        out_.put(',');
}

/* Takes back an item that did not fit, which begins at `mark`, and says that there was
 * more; only in the innermost container. False: close it. */
bool Reader::fits(size_t mark, const Open &here, bool list)
{
    if (!out_.full())
        return true;
    if (!out_.is_cut()) {
        out_.cut(mark);
        comma(here);
        out_.put(list ? "\"" ELLIPSIS " cut\"" : "\"" ELLIPSIS "\":\"cut\"");
    }
    return false;
}

void Reader::more(const Open &here, bool list, uint64_t n)
{
    comma(here);
    out_.put(list ? "\"" ELLIPSIS " " : "\"" ELLIPSIS "\":\"");
    out_.put_int(static_cast<int64_t>(n));
    out_.put(" more\"");
}

/* ---- Objects -------------------------------------------------------------------------- */

/* False for an accessor. */
bool Reader::property(v8::Local<v8::Object> object, v8::Local<v8::String> name,
                      v8::Local<v8::Value> *out)
{
    if (!object->HasRealNamedCallbackProperty(context_, name).FromMaybe(true) &&
        object->GetRealNamedProperty(context_, name).ToLocal(out))
        return true;
    forget_exception();
    return false;
}

void Reader::member(v8::Local<v8::Object> object, v8::Local<v8::String> name, const Open &here)
{
    const Keys::Verdict key = keys_.find(isolate_, name);
    v8::Local<v8::Value> value;

    if (here.level == 1 && !key.asked)
        return;

    const bool is_data = property(object, name, &value);

    if (is_data && value->IsUndefined())
        return;
    comma(here);
    out_.put(key.text, key.n);
    if (key.n == 0) {
        Keys::put(isolate_, name, &out_);
        out_.put(':');
    }
    if (key.secret)
        return out_.put("\"[redacted]\"");
    if (!is_data)
        return out_.put("\"[Getter]\"");
    has_nulls_ |= here.level == 1 && value->IsNull();
    this->value(value, &here);
}

/* What error() has shown, and the stack: to make it V8 runs Error.prepareStackTrace. */
static bool is_of_error(v8::Isolate *isolate, v8::Local<v8::String> name)
{
    for (const char *known : { "name", "message", "code", "stack" }) {
        if (name->Length() == static_cast<int>(strlen(known)) &&
            name->StringEquals(v8::String::NewFromUtf8(isolate, known).ToLocalChecked()))
            return true;
    }
    return false;
}

/* Are these properties of the object itself, and not what native code makes up when it is
 * asked, as for process.env? V8 lists those last, and there is no other way to know. */
bool Reader::holds_itself(v8::Local<v8::Object> object, v8::Local<v8::Array> names)
{
    const uint32_t n = names->Length();
    v8::Local<v8::Value> name;

    return n == 0 ||
           (names->Get(context_, n - 1).ToLocal(&name) && name->IsString() &&
            object->HasRealNamedProperty(context_, name.As<v8::String>()).FromMaybe(false));
}

void Reader::plain(v8::Local<v8::Object> object, const Open &here, bool is_error)
{
    v8::Local<v8::Array> names;
    unsigned shown = 0;

    if (!object->GetOwnPropertyNames(context_, FILTER, v8::KeyConversionMode::kConvertToString)
             .ToLocal(&names)) {
        forget_exception();
        return out_.put("\"error\":\"cannot be read\"");
    }
    if (object->IsApiWrapper() && !holds_itself(object, names))
        return out_.put("\"" ELLIPSIS "\":\"kept by native code\"");
    const uint32_t n = names->Length();

    for (uint32_t i = 0; i < n; i++) {
        const size_t mark = out_.used();
        v8::Local<v8::Value> name;

        if (shown == MAX_PROPERTIES)
            return more(here, false, n - i);
        if (!names->Get(context_, i).ToLocal(&name) || !name->IsString() ||
            (is_error && is_of_error(isolate_, name.As<v8::String>())))
            continue;
        member(object, name.As<v8::String>(), here);
        shown += out_.used() != mark;
        if (!fits(mark, here, false))
            return;
    }
}

static v8::Local<v8::Value> prototype_of(v8::Local<v8::Object> object)
{
#if V8_MAJOR_VERSION >= 13
    return object->GetPrototypeV2();
#else
    return object->GetPrototype();
#endif
}

/* A data property of the object or of the nearest prototype that has it. Stops at a proxy,
 * whose prototype is for its traps to say. */
bool Reader::inherited(v8::Local<v8::Object> object, const char *name,
                       v8::Local<v8::Value> *out)
{
    v8::Local<v8::String> key;

    if (!v8::String::NewFromUtf8(isolate_, name).ToLocal(&key))
        return false;
    for (unsigned i = 0; i < MAX_PROTOTYPES && !object->IsProxy(); i++) {
        if (object->HasRealNamedProperty(context_, key).FromMaybe(false))
            return property(object, key, out);

        const v8::Local<v8::Value> next = prototype_of(object);

        if (!next->IsObject())
            break;
        object = next.As<v8::Object>();
    }
    forget_exception();
    return false;
}

void Reader::put_text_member(const char *name, v8::Local<v8::Value> value, const Open &here)
{
    v8::Local<v8::String> key;

    if (!v8::String::NewFromUtf8(isolate_, name).ToLocal(&key))
        return;
    const Keys::Verdict verdict = keys_.judge(isolate_, key);

    if (here.level == 1 && !verdict.asked)
        return;
    comma(here);
    out_.put('"');
    out_.put(name);
    out_.put("\":");
    has_nulls_ |= here.level == 1 && value->IsNull();
    if (verdict.secret)
        out_.put("\"[redacted]\"");
    else
        this->value(value, &here);
}

void Reader::error(v8::Local<v8::Object> object, const Open &here)
{
    for (const char *name : { "name", "message", "code" }) {
        const size_t mark = out_.used();
        v8::Local<v8::Value> value;

        if (inherited(object, name, &value) && !value->IsUndefined())
            put_text_member(name, value, here);
        if (!fits(mark, here, false))
            return;
    }
    plain(object, here, true);
}

/* ---- Lists and maps --------------------------------------------------------------------- */

v8::Local<v8::String> Reader::index_name(uint32_t i)
{
    v8::Global<v8::String> &kept = indices_[i];
    v8::Local<v8::String> text;

    if (kept.IsEmpty() &&
        v8::Integer::NewFromUnsigned(isolate_, i)->ToString(context_).ToLocal(&text))
        kept.Reset(isolate_, text);
    return kept.Get(isolate_);
}

/* A hole must not be looked for in the prototypes. */
void Reader::element(v8::Local<v8::Array> array, uint32_t i, const Open &here)
{
    v8::Local<v8::Value> value;

    if (!array->HasRealIndexedProperty(context_, i).FromMaybe(false))
        out_.put("null", 4);
    else if (!array->HasRealNamedCallbackProperty(context_, index_name(i)).FromMaybe(true) &&
             array->Get(context_, i).ToLocal(&value))
        this->value(value, &here);
    else
        out_.put("\"[Getter]\"");
    forget_exception();
}

void Reader::array(v8::Local<v8::Array> array, const Open &here)
{
    const uint32_t length = array->Length();

    for (uint32_t i = 0; i < std::min(length, MAX_ITEMS); i++) {
        const size_t mark = out_.used();

        comma(here);
        element(array, i, here);
        if (!fits(mark, here, true))
            return;
    }
    if (length > MAX_ITEMS)
        more(here, true, length - MAX_ITEMS);
}

/* A Map's key is a member's name here; what is no text becomes some. */
void Reader::entry(v8::Local<v8::Value> key, v8::Local<v8::Value> value, const Open &here)
{
    comma(here);
    has_nulls_ |= here.level == 1 && value->IsNull();
    if (key->IsString()) {
        const Keys::Verdict verdict = keys_.judge(isolate_, key.As<v8::String>());

        Keys::put(isolate_, key.As<v8::String>(), &out_);
        out_.put(':');
        return verdict.secret ? out_.put("\"[redacted]\"") : this->value(value, &here);
    }
    const size_t mark = out_.used();

    if (!key->IsObject())
        leaf_primitive(isolate_, key, &out_);
    else if (!leaf_object(isolate_, key.As<v8::Object>(), &out_))
        leaf_closed(isolate_, key.As<v8::Object>(), &out_);
    out_.quote(mark);
    out_.put(':');
    this->value(value, &here);
}

/* V8 has no way to look at the first few. */
void Reader::entries(v8::Local<v8::Object> object, const Open &here, bool pairs, size_t size)
{
    const uint32_t step = pairs ? 2 : 1;
    const auto most = static_cast<uint32_t>(pairs ? MAX_PROPERTIES : MAX_ITEMS);
    v8::Local<v8::Array> flat;
    bool is_key_value = false;

    if (size > MAX_LISTED || !object->PreviewEntries(&is_key_value).ToLocal(&flat)) {
        forget_exception();
        return more(here, !pairs, size);
    }
    for (uint32_t i = 0; i < flat->Length() / step && i < most; i++) {
        const v8::HandleScope scope(isolate_);
        const size_t mark = out_.used();
        v8::Local<v8::Value> first;
        v8::Local<v8::Value> second;

        if (!flat->Get(context_, i * step).ToLocal(&first) ||
            !flat->Get(context_, i * step + step - 1).ToLocal(&second))
            return;
        if (pairs) {
            entry(first, second, here);
        } else {
            comma(here);
            this->value(first, &here);
        }
        if (!fits(mark, here, !pairs))
            return;
    }
    if (size > most)
        more(here, !pairs, size - most);
}
