/* SPDX-License-Identifier: MIT */
/**
 * The memory in which JavaScript counts HTTP requests, lent to the agent: one ArrayBuffer of
 * doubles with PORTHOLE_HTTP_CELLS for each side and, behind them, a flag by which JavaScript
 * asks for a call before the loop waits.
 *
 * Its backing store is held here, so that it stays valid until the thread has left the agent,
 * also when JavaScript is gone.
 *
 * Threads: everything here belongs to the host's own thread.
 */
#ifndef PORTHOLE_ADDON_HTTP_CELLS_H
#define PORTHOLE_ADDON_HTTP_CELLS_H

#include "porthole.h"

#include <v8.h>

#include <memory>

class HttpCells
{
public:
    /**
     * Lend an ArrayBuffer. Only the first one counts, until left().
     *
     * @return false if it is too small, or if there is one already.
     *
     * Threads: host thread.
     */
    bool lend(porthole_thread *thread, v8::Local<v8::ArrayBuffer> buffer);

    /**
     * Is the flag up?
     *
     * Threads: host thread. One load.
     */
    bool asks() const { return flag_ != nullptr && *flag_ != 0; }

    /**
     * The thread has left the agent, and nothing is lent any more.
     *
     * Threads: host thread.
     */
    void left();

private:
    std::shared_ptr<v8::BackingStore> store_;
    const double                     *flag_ = nullptr; /* in store_ */
};

#endif /* PORTHOLE_ADDON_HTTP_CELLS_H */
