/* SPDX-License-Identifier: MIT */
/*
 * The life of one environment's porthole data, and its tick.
 *
 * The tick must never run JavaScript of the application: it calls one function of ours,
 * outside any callback scope, so that no microtask and no nextTick of the application
 * runs because of us.
 */
#include "host.h"

#include "shared_agent.h"

#undef NAPI_VERSION /* node_version.h brings its own; ours did its work in node_api.h */
#include <node.h>
#include <node_version.h>
#include <uv.h>

#include <cstdio>
#include <new>

/* One environment per thread. -z nodelete keeps this storage valid after dlclose(). */
static thread_local Host *current_host;

unsigned host_built_for()
{
    return NODE_MAJOR_VERSION;
}

bool host_is_main_thread(napi_env env)
{
    uv_loop_t *loop = nullptr;

    return napi_get_uv_event_loop(env, &loop) == napi_ok && loop == uv_default_loop();
}

Host *Host::current()
{
    return current_host;
}

Host *Host::obtain(napi_env env)
{
    uv_loop_t *loop = nullptr;

    if (current_host != nullptr)
        return current_host;
    if (napi_get_uv_event_loop(env, &loop) != napi_ok)
        return nullptr;

    auto *host = new (std::nothrow) Host(env, loop);

    if (host == nullptr)
        return nullptr;
    if (!host->set_up()) {
        delete host;
        return nullptr;
    }
    current_host = host;
    return host;
}

/*
 * The hook comes first: it can fail, and once handles are open the Host can only be freed
 * through it. process.exit() and a fatal exception skip the environment's cleanup hooks;
 * AtExit covers them. It cannot be taken back, so it finds its host by thread.
 */
bool Host::set_up()
{
    if (napi_add_async_cleanup_hook(env_, on_environment_end, this, &hook_) != napi_ok)
        return false;
    if (!loop_watch_.init(loop_, { on_pulse, on_woken, on_turned, on_before_poll, this })) {
        (void)napi_remove_async_cleanup_hook(hook_);
        return false;
    }
    handles_.init(loop_, &loop_watch_);

    v8::Isolate *isolate = v8::Isolate::GetCurrent();
    const v8::HandleScope scope(isolate);

    environment_ = node::GetCurrentEnvironment(isolate->GetCurrentContext());
    node::AtExit(environment_, on_process_exit, nullptr);
    tasks_.init();
    return true;
}

void Host::on_process_exit(void *)
{
    if (current_host == nullptr)
        return;
    current_host->leave();
    current_host->gc_feed_.clear();
}

void Host::on_environment_end(napi_async_cleanup_hook_handle, void *data)
{
    auto *host = static_cast<Host *>(data);

    host->leave();
    host->gc_feed_.clear();
    host->tasks_.fini();
    host->tracker_.fini();
    current_host = nullptr;
    host->loop_watch_.close(on_loop_watch_closed, host);
}

void Host::on_loop_watch_closed(void *data)
{
    static_cast<Host *>(data)->handles_.close(on_all_closed, data);
}

void Host::on_all_closed(void *data)
{
    auto *host = static_cast<Host *>(data);
    napi_async_cleanup_hook_handle hook = host->hook_;

    delete host;
    (void)napi_remove_async_cleanup_hook(hook);
}

enum porthole_status Host::join_thread(const HostOptions &options, porthole_error *err)
{
    porthole_host host = {};

    host.name = options.name.c_str();
    host.id = options.id;
    host.idle_ns = idle_ns;
    host.summon = summon;
    host.perform = perform;
    host.stream = stream;
    host.ctx = this;

    const enum porthole_status status = porthole_thread_join(agent_, &host, &thread_);

    if (status != PORTHOLE_OK)
        (void)snprintf(err->text, sizeof(err->text), "cannot add thread '%s' to the agent",
                       options.name.c_str());
    return status;
}

enum porthole_status Host::join(const porthole_config &cfg, const HostOptions &options,
                                napi_value sample, std::string *running, porthole_error *err)
{
    enum porthole_status status =
        shared_agent_acquire(cfg, options.settings, &agent_, running, err);

    if (status != PORTHOLE_OK)
        return status;
    status = join_thread(options, err);
    if (status != PORTHOLE_OK) {
        agent_ = nullptr;
        (void)shared_agent_release();
        return status;
    }
    (void)napi_create_reference(env_, sample, 1, &sample_);
    heap_.start(thread_);
    if (options.near_heap_limit)
        heap_limit_.start(thread_);
    porthole_thread_provides(thread_, tasks_.provider().provides());
    tracker_.join(agent_);
    handles_.start(thread_);
    loop_watch_.start(thread_, options.delay_interval_ms, options.tick_ms);
    publish();
    return PORTHOLE_OK;
}

void Host::leave()
{
    if (thread_ == nullptr)
        return;
    leaving_ = serving_;
    if (leaving_)
        return;
    loop_watch_.stop();
    handles_.stop();
    heap_.stop();
    heap_limit_.stop();
    tracker_.leave();
    porthole_thread_leave(thread_);
    tasks_.stop(); /* not before: an agent thread may have been reading the snapshot */
    thread_ = nullptr;
    agent_ = nullptr;
    forget(&sample_);
    forget(&settle_);
    http_cells_.left();
    metrics_.left(shared_agent_release());
}

bool Host::lend_http(v8::Local<v8::ArrayBuffer> cells, napi_value settle)
{
    return http_cells_.lend(thread_, cells) &&
           napi_create_reference(env_, settle, 1, &settle_) == napi_ok;
}

void Host::set_provider(v8::Local<v8::Function> step, v8::Local<v8::Function> give)
{
    tasks_.provider().set(v8::Isolate::GetCurrent(), step, give);
    if (thread_ != nullptr)
        porthole_thread_provides(thread_, tasks_.provider().provides());
}

/* ---- What the agent asks ----------------------------------------------------------- */

/* Called on agent threads while the host may be stuck; libuv takes its own lock. */
uint64_t Host::idle_ns(void *data)
{
    return uv_metrics_idle_time(static_cast<const Host *>(data)->loop_);
}

/* On an agent thread. Whatever of it is left over when the environment ends is dropped by
 * Node, or finds no host. */
void Host::summon(void *data, bool urgent)
{
    auto *host = static_cast<Host *>(data);

    if (urgent)
        node::RequestInterrupt(host->environment_, on_interrupt, nullptr);
    else
        host->loop_watch_.wake();
}

void Host::on_interrupt(void *)
{
    if (current_host != nullptr)
        current_host->serve(false);
}

/* One wake() may have been for both. */
void Host::on_woken(void *data)
{
    auto *host = static_cast<Host *>(data);

    host->serve(true);
    host->gc_feed_.deliver();
}

void Host::on_turned(void *data)
{
    static_cast<Host *>(data)->handles_.turn();
}

void Host::serve(bool on_loop)
{
    const bool outer = serving_; /* an interrupt may come while a provider runs */

    if (thread_ == nullptr)
        return;
    serving_ = true;
    if (porthole_thread_serve(thread_, on_loop))
        loop_watch_.wake();
    serving_ = outer;
    if (leaving_)
        leave();
}

bool Host::perform(void *data, porthole_task *task, bool on_loop)
{
    return static_cast<Host *>(data)->tasks_.perform(task, on_loop);
}

/* On an agent thread. */
void Host::stream(void *data, bool (*write)(void *to, const char *bytes, size_t n), void *to)
{
    static_cast<const Host *>(data)->tasks_.stream(write, to);
}

/* ---- Once per tick, or per turn of the loop ------------------------------------------ */

void Host::forget(napi_ref *function)
{
    if (*function != nullptr)
        (void)napi_delete_reference(env_, *function);
    *function = nullptr;
}

void Host::on_before_poll(void *data)
{
    auto *host = static_cast<Host *>(data);

    if (host->http_cells_.asks())
        host->call(host->settle_);
}

void Host::on_pulse(void *data)
{
    auto *host = static_cast<Host *>(data);

    host->publish();
    host->heap_.end_job();
}

void Host::publish()
{
    const uint64_t began = uv_hrtime();

    call(sample_); /* first: it hands the heap watch a figure */
    if (thread_ == nullptr)
        return; /* a getter that our sample met has closed us */
    heap_.publish();
    handles_.publish();

    const uint64_t ended = uv_hrtime();

    porthole_thread_published(thread_, ended, ended - began);
}

/*
 * napi_call_function, not napi_make_callback: the latter would drain the microtask and
 * nextTick queues on our account. A terminating worker refuses the call; that is fine.
 */
void Host::call(napi_ref reference)
{
    napi_handle_scope scope;
    napi_value function = nullptr;
    napi_value receiver = nullptr;
    napi_value ignored = nullptr;

    if (reference == nullptr || napi_open_handle_scope(env_, &scope) != napi_ok)
        return;
    if (napi_get_reference_value(env_, reference, &function) == napi_ok &&
        napi_get_undefined(env_, &receiver) == napi_ok && function != nullptr &&
        napi_call_function(env_, receiver, function, 0, nullptr, nullptr) != napi_ok)
        (void)napi_get_and_clear_last_exception(env_, &ignored);
    (void)napi_close_handle_scope(env_, scope);
}
