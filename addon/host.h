/* SPDX-License-Identifier: MIT */
/**
 * One JavaScript thread as a host of the agent: what porthole keeps per environment.
 *
 * A Host is made by the first start() or track() in its environment and lives until the
 * environment ends; join() and leave() switch it on and off in between. Its end is one
 * asynchronous cleanup hook, in this order:
 *
 *  1. silence the loop handles and take back the collector callbacks;
 *  2. leave the agent: after that no agent thread calls here; end what tasks have left;
 *  3. close the handles, and let the environment wait for it;
 *  4. free the Host, then release the hook.
 *
 * Threads: everything here belongs to the host's own thread.
 */
#ifndef PORTHOLE_ADDON_HOST_H
#define PORTHOLE_ADDON_HOST_H

#include "gc_feed.h"
#include "handles.h"
#include "heap.h"
#include "heap_limit.h"
#include "http_cells.h"
#include "loop.h"
#include "metrics.h"
#include "porthole.h"
#include "tasks.h"
#include "tracker.h"

#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace node {
class Environment;
}

/**
 * The major version of Node whose headers this was compiled with. Nothing else of this
 * module may be called in another one. Calls nothing of V8, Node or libuv.
 *
 * Threads: any.
 */
unsigned host_built_for();

/**
 * Is this the thread that runs Node itself, not a worker?
 *
 * Threads: any JavaScript thread.
 */
bool host_is_main_thread(napi_env env);

struct HostOptions {
    std::string name;              /* "main", "worker 3" */
    int         id;                /* 0 is the main thread */
    unsigned    tick_ms;
    unsigned    delay_interval_ms; /* 0: no lateness */
    bool        near_heap_limit;   /* listen for V8's near-heap-limit callback */
    std::string settings;          /* see shared_agent_acquire() */
};

class Host
{
public:
    Host(const Host &) = delete;
    Host &operator=(const Host &) = delete;

    /**
     * The Host of this thread, or nullptr.
     *
     * Threads: any JavaScript thread.
     */
    static Host *current();

    /**
     * The Host of this thread, made if there is none.
     *
     * @return nullptr if Node or libuv refuse.
     *
     * Threads: any JavaScript thread.
     */
    static Host *obtain(napi_env env);

    /**
     * Join the process's agent, starting it if there is none, and publish at once. Must
     * not be joined already.
     *
     * @param sample   JavaScript function called once per tick, without arguments, to
     *                 publish what only JavaScript can see; what it throws is dropped.
     * @param running  as in shared_agent_acquire().
     *
     * @return as porthole_start() and porthole_thread_join(); on failure nothing is left.
     *
     * Threads: host thread.
     */
    PORTHOLE_CHECKED enum porthole_status join(const porthole_config &cfg,
                                               const HostOptions &options, napi_value sample,
                                               std::string *running, porthole_error *err);

    /**
     * Leave the agent; the last to leave stops it. A no-op when not joined. Within a task,
     * which may run JavaScript of the application, it is done when the task returns.
     *
     * Threads: host thread.
     */
    void leave();

    /**
     * Will it leave as soon as the task in hand has returned? It cannot join until then.
     *
     * Threads: host thread.
     */
    bool leaving() const { return leaving_; }

    /**
     * The agent, or nullptr when not joined. Borrowed, until leave().
     *
     * Threads: host thread.
     */
    porthole_agent *agent() const { return agent_; }

    /**
     * This thread in the agent, or nullptr when not joined. Borrowed, until leave().
     *
     * Threads: host thread.
     */
    porthole_thread *thread() const { return thread_; }

    /**
     * The heap watch, for the figure that JavaScript contributes.
     *
     * Threads: host thread.
     */
    HeapWatch &heap() { return heap_; }

    /**
     * Who in this thread wants to hear of collections.
     *
     * Threads: host thread.
     */
    GcFeed &gc_feed() { return gc_feed_; }

    /**
     * The handles of the loop, for the figures that JavaScript contributes.
     *
     * Threads: host thread.
     */
    HandleCensus &handles() { return handles_; }

    /**
     * What does the agent's tasks.
     *
     * Threads: host thread.
     */
    Tasks &tasks() { return tasks_; }

    /**
     * What the application tracks.
     *
     * Threads: host thread.
     */
    Tracker &tracker() { return tracker_; }

    /**
     * As Provider::set(), and tell the agent whether there is one.
     *
     * Threads: host thread.
     */
    void set_provider(v8::Local<v8::Function> step, v8::Local<v8::Function> give);

    /**
     * What the application counts, for lending it while joined.
     *
     * Threads: host thread.
     */
    Metrics &metrics() { return metrics_; }

    /**
     * Lend the memory in which JavaScript counts HTTP; must be joined.
     *
     * @param settle  JavaScript function, called without arguments as HttpCells::asks() says.
     *
     * @return as HttpCells::lend().
     *
     * Threads: host thread.
     */
    bool lend_http(v8::Local<v8::ArrayBuffer> cells, napi_value settle);

private:
    Host(napi_env env, uv_loop_t *loop) : env_(env), loop_(loop) {}

    static uint64_t idle_ns(void *host);
    static void summon(void *host, bool urgent);
    static bool perform(void *host, porthole_task *task, bool on_loop);
    static void stream(void *host, bool (*write)(void *to, const char *bytes, size_t n),
                       void *to);
    static void on_interrupt(void *unused);
    static void on_woken(void *host);
    static void on_pulse(void *host);
    static void on_before_poll(void *host);
    static void on_turned(void *host);
    static void on_environment_end(napi_async_cleanup_hook_handle hook, void *host);
    static void on_loop_watch_closed(void *host);
    static void on_all_closed(void *host);
    static void on_process_exit(void *unused);

    bool set_up();
    enum porthole_status join_thread(const HostOptions &options, porthole_error *err);
    void serve(bool on_loop);
    void publish();
    void call(napi_ref function);
    void forget(napi_ref *function);

    napi_env                       env_;
    uv_loop_t                     *loop_;
    node::Environment             *environment_ = nullptr; /* immutable after set_up() */
    napi_async_cleanup_hook_handle hook_ = nullptr;
    napi_ref                       sample_ = nullptr;
    napi_ref                       settle_ = nullptr;
    porthole_agent                *agent_ = nullptr;
    porthole_thread               *thread_ = nullptr;
    bool                           serving_ = false;
    bool                           leaving_ = false; /* as soon as not serving_ any more */
    LoopWatch                      loop_watch_;
    HeapWatch                      heap_;
    GcFeed                         gc_feed_{ env_, &heap_, &loop_watch_ };
    HeapLimit                      heap_limit_;
    Tracker                        tracker_;
    Tasks                          tasks_{ &heap_, &tracker_ };
    HandleCensus                   handles_;
    Metrics                        metrics_;
    HttpCells                      http_cells_;
};

#endif /* PORTHOLE_ADDON_HOST_H */
