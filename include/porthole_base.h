/* SPDX-License-Identifier: MIT */
/**
 * What all of porthole's C API stands on: how a call ends, and what it hands out.
 * Include porthole.h, which includes this.
 */
#ifndef PORTHOLE_BASE_H
#define PORTHOLE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PORTHOLE_VERSION "0.1.0"

/* Empty where the agent is compiled into something that exports names of its own only. */
#ifndef PORTHOLE_API
#define PORTHOLE_API __attribute__((visibility("default")))
#endif
#define PORTHOLE_CHECKED __attribute__((warn_unused_result))

enum porthole_status {
    PORTHOLE_OK = 0,
    PORTHOLE_EINVAL,      /* an argument or option is wrong; the error text names it */
    PORTHOLE_ENOMEM,      /* an allocation failed; nothing was changed */
    PORTHOLE_ELIMIT,      /* a ceiling of the configuration was reached */
    PORTHOLE_ESYSTEM,     /* the system refused; the error text says what and why */
    PORTHOLE_EREFUSED,    /* the configuration is unsafe and `insecure` is not set */
    PORTHOLE_ESTOPPED,    /* the agent is stopped, disabled, or this is a forked child */
};

/* One line: lower case, no full stop, the subject in quotes. Empty when there is none. */
typedef struct porthole_error {
    char text[256];
} porthole_error;

typedef struct porthole_agent porthole_agent;
typedef struct porthole_thread porthole_thread;
typedef struct porthole_family porthole_family;
typedef struct porthole_series porthole_series;
typedef struct porthole_type porthole_type;
typedef struct porthole_object porthole_object;
typedef struct porthole_task porthole_task;

/* A value the host cannot tell is PORTHOLE_UNKNOWN and shown as null. */
#define PORTHOLE_UNKNOWN UINT64_MAX

#ifdef __cplusplus
}
#endif

#endif /* PORTHOLE_BASE_H */
