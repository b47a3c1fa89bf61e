/* SPDX-License-Identifier: MIT */
/**
 * The one agent of this process, shared by the JavaScript threads.
 *
 * The first thread that acquires it starts it, with its configuration; the others join
 * what runs. It stops when the last share is released.
 *
 * Threads: any, concurrently. One mutex, held while the agent starts and stops: nobody
 * may join an agent that is on its way out.
 */
#ifndef PORTHOLE_ADDON_SHARED_AGENT_H
#define PORTHOLE_ADDON_SHARED_AGENT_H

#include "porthole.h"

#include <string>

/**
 * Take a share.
 *
 * @param settings  how the caller describes `cfg`; kept with an agent that is started.
 * @param running   set on success to the description the running agent was started with;
 *                  equal to `settings` if this call started it.
 *
 * @return as porthole_start(); on failure there is no share and `*out` is untouched.
 *
 * Threads: any.
 */
PORTHOLE_CHECKED enum porthole_status
shared_agent_acquire(const porthole_config &cfg, const std::string &settings,
                     porthole_agent **out, std::string *running, porthole_error *err);

/**
 * Give a share back. The caller's porthole_thread must have left before.
 *
 * @return whether the agent goes on, for others.
 *
 * Threads: any; once per successful acquire.
 */
bool shared_agent_release();

#endif /* PORTHOLE_ADDON_SHARED_AGENT_H */
