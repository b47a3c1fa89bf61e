/* SPDX-License-Identifier: MIT */
/**
 * Values that are shown as one piece: primitives, and objects that are named or written
 * as text. No code of the application runs.
 *
 * Threads: isolate thread, not inside the collector; in a handle scope.
 */
#ifndef PORTHOLE_ADDON_LEAF_H
#define PORTHOLE_ADDON_LEAF_H

#include "json_out.h"

#include <v8-isolate.h>
#include <v8-object.h>
#include <v8-primitive.h>
#include <v8-value.h>

#include <cstddef>

/** A primitive; undefined is null. Threads: as above, and all that follow. */
void leaf_primitive(v8::Isolate *isolate, v8::Local<v8::Value> value, JsonOut *out);

/**
 * An object that is never opened.
 *
 * @return false if it is one to look into; nothing is written then. What is a Proxy always
 *         returns true: it must not be touched.
 */
bool leaf_object(v8::Isolate *isolate, v8::Local<v8::Object> object, JsonOut *out);

/** An object that is not opened for want of depth: "[Object]", "[Array 5]". */
void leaf_closed(v8::Isolate *isolate, v8::Local<v8::Object> object, JsonOut *out);

/** Text without quotes; beyond `most` units it is cut and says so. `most` <= 1024. */
void leaf_characters(v8::Isolate *isolate, v8::Local<v8::String> text, size_t most, bool in_key,
                     JsonOut *out);

#endif /* PORTHOLE_ADDON_LEAF_H */
