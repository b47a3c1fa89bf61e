/* SPDX-License-Identifier: MIT */
/* Owns how our threads come to life. */
#include "thread.h"

#include <signal.h>

#include "status.h"

#define STACK_BYTES (512 * 1024)

enum porthole_status ph_thread_start(pthread_t *out, const char *name, void *(*run)(void *),
                                     void *arg, porthole_error *err)
{
    sigset_t all, before;
    pthread_attr_t attr;
    int rc;

    /* The new thread inherits the mask: block first, or a signal could slip in. */
    sigfillset(&all);
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    rc = pthread_create(out, &attr, run, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    if (rc != 0)
        return ph_fail(err, PORTHOLE_ESYSTEM, "cannot start thread '%s': %s", name,
                       ph_errno_text(rc));
    pthread_setname_np(*out, name);
    return PORTHOLE_OK;
}
