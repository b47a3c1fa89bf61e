/* SPDX-License-Identifier: MIT */
/*
 * interrupt: signals are held back rather than caught, so that there is no handler and no
 * moment in which one could be missed.
 */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Those that would end us: under nohup SIGHUP is ignored, and held back it would come. */
static sigset_t watched(void)
{
    static const int deadly[] = { SIGINT, SIGTERM, SIGHUP };
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++) {
        struct sigaction now;

        if (sigaction(deadly[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(&set, deadly[i]);
    }
    return set;
}

int interrupt_begin(void)
{
    sigset_t set = watched();

    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

bool interrupt_came(void)
{
    sigset_t set;

    return sigpending(&set) == 0 &&
           (sigismember(&set, SIGINT) == 1 || sigismember(&set, SIGTERM) == 1 ||
            sigismember(&set, SIGHUP) == 1);
}

void interrupt_end(int fd)
{
    sigset_t set = watched();

    if (fd >= 0)
        close(fd);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}
