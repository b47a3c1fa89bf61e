/* SPDX-License-Identifier: MIT */
/*
 * What systemd has told this process about its watchdog: sd_watchdog_enabled(3). The agent
 * answers it for the main thread.
 */
'use strict';

/* Half of the time is used between two signs of life; below this it cannot be kept. */
const MIN_MS = 2;

/**
 * @returns {{notifySocket?: string, watchdogMs?: number}} options for addon/config.cc; none
 *     if there is no watchdog, or if it watches another process that we descend from.
 */
function watchdog(env, pid)
{
    const { NOTIFY_SOCKET, WATCHDOG_USEC = '', WATCHDOG_PID } = env;
    const ms = /^[0-9]{1,15}$/.test(WATCHDOG_USEC) ? Math.floor(WATCHDOG_USEC / 1000) : 0;
    const ours = WATCHDOG_PID === undefined || WATCHDOG_PID === String(pid);

    return NOTIFY_SOCKET && ours && ms >= MIN_MS
        ? { notifySocket: NOTIFY_SOCKET, watchdogMs: Math.min(ms, 2 ** 32 - 1) }
        : {};
}

module.exports = { watchdog };
