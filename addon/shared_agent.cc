/* SPDX-License-Identifier: MIT */
/*
 * Owns the process's agent and counts who uses it.
 *
 * Must have no destructor that runs at exit: a thread may still be in here.
 */
#include "shared_agent.h"

#include <unistd.h>

#include <atomic>
#include <mutex>
#include <string>

static std::mutex      lock;              /* trivially destructible on Linux */
static porthole_agent *agent;             /* guarded by lock */
static unsigned        shares;            /* guarded by lock */
static std::string    *started_with;      /* guarded by lock; never destroyed at exit */
static std::atomic<pid_t> owner;          /* the process that started the agent */

enum porthole_status shared_agent_acquire(const porthole_config &cfg,
                                          const std::string &settings, porthole_agent **out,
                                          std::string *running, porthole_error *err)
{
    const std::lock_guard<std::mutex> guard(lock);

    if (agent == nullptr) {
        const enum porthole_status status = porthole_start(&cfg, &agent, err);

        if (status != PORTHOLE_OK) {
            agent = nullptr;
            return status;
        }
        started_with = new std::string(settings);
        owner = getpid();
    }
    shares++;
    *out = agent;
    *running = *started_with;
    return PORTHOLE_OK;
}

bool shared_agent_release()
{
    if (getpid() != owner)
        return false; /* a forked child: the lock may be held by a thread that does not exist */

    const std::lock_guard<std::mutex> guard(lock);

    if (shares == 0 || --shares != 0)
        return shares != 0;
    porthole_stop(agent);
    agent = nullptr;
    delete started_with;
    started_with = nullptr;
    return false;
}
