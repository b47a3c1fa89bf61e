/* SPDX-License-Identifier: MIT */
/**
 * Has the application compute what it is asked for: one function of ours in JavaScript
 * (addon/provide.js), which runs the application's providers and hands over their text.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_PROVIDER_H
#define PORTHOLE_ADDON_PROVIDER_H

#include "porthole.h"

#include <v8-context.h>
#include <v8-function.h>
#include <v8-isolate.h>
#include <v8-object.h>
#include <v8-persistent-handle.h>
#include <v8-primitive.h>

#include <cstddef>

class Provider
{
public:
    Provider() = default;
    ~Provider();
    Provider(const Provider &) = delete;
    Provider &operator=(const Provider &) = delete;

    /**
     * Ask `step(ask, run, give)` from now on; an empty handle: nobody.
     *
     * @param give  handed to the step; what it is to call for each object.
     *
     * Threads: isolate thread.
     */
    void set(v8::Isolate *isolate, v8::Local<v8::Function> step, v8::Local<v8::Function> give);

    /**
     * Is there a step?
     *
     * Threads: isolate thread.
     */
    bool provides() const { return !step_.IsEmpty(); }

    /**
     * Perform PORTHOLE_TASK_PROVIDED, or a slice of it. Runs JavaScript, and the microtasks
     * and ticks that it has caused, as a callback of the event loop does.
     *
     * @return false if there is more: call again with the same task.
     *
     * Threads: isolate thread, in a handle scope and a context.
     */
    bool perform(v8::Isolate *isolate, porthole_task *task, bool on_loop);

    /**
     * The task whose step runs, or nullptr.
     *
     * Threads: isolate thread.
     */
    porthole_task *running() const { return running_; }

    /**
     * Hand over JSON that JSON.stringify() made: escapes of lone surrogates become U+FFFD,
     * NUL in keys becomes U+2400, and text that is too long is replaced by an error.
     *
     * @param fragment  all but `json`; its texts are borrowed.
     *
     * @return as porthole_task_fragment(); false outside a step.
     *
     * Threads: isolate thread, within a step.
     */
    bool give(v8::Isolate *isolate, porthole_fragment *fragment, v8::Local<v8::String> json);

    /**
     * Drop the step. Must be called before the isolate ends.
     *
     * Threads: isolate thread.
     */
    void fini();

private:
    double call(v8::Isolate *isolate, porthole_task *task);

    v8::Global<v8::Function> step_;
    v8::Global<v8::Function> give_;
    porthole_task           *running_ = nullptr;
    char                    *text_ = nullptr; /* ROOM bytes; made when first needed */
};

/**
 * Make text of JSON.stringify() what a poller can read back, in place: see
 * Provider::give(). The length stays.
 *
 * Threads: any.
 */
void provider_mend(char *json, size_t n);

#endif /* PORTHOLE_ADDON_PROVIDER_H */
