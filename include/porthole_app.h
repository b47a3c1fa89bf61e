/* SPDX-License-Identifier: MIT */
/**
 * The application's own objects and numbers. Include porthole.h, which includes this;
 * units, strings and threads are as said there.
 */
#ifndef PORTHOLE_APP_H
#define PORTHOLE_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "porthole_base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The application's own objects -------------------------------------------------- */

#define PORTHOLE_TYPE_BYTES 128       /* longest name of a type, NUL included */
#define PORTHOLE_ID_BYTES 512         /* longest id; longer ones are cut and end in U+2026 */
#define PORTHOLE_OBJECT_BYTES 65536   /* longest JSON of one object */

/**
 * Register a type of objects, for its counts; the same name again returns the same type.
 * It stays for the life of the agent.
 *
 * @param name  UTF-8, 1 .. PORTHOLE_TYPE_BYTES - 1 bytes.
 *
 * @return PORTHOLE_OK and `*out`; _EINVAL (name); _ELIMIT beyond PORTHOLE_MAX_TYPES;
 *         _ENOMEM; _ESTOPPED.
 *
 * Threads: any.
 */
PORTHOLE_API PORTHOLE_CHECKED enum porthole_status
porthole_type_register(porthole_agent *agent, const char *name, porthole_type **out);

/**
 * So many objects of this type came into being, were released by the application, or were
 * found dead by a collector. What is there now is the first less the other two. NULL is
 * allowed and does nothing.
 *
 * Threads: any, also inside a collector callback. One atomic operation.
 */
PORTHOLE_API void porthole_type_created(porthole_type *type, uint64_t n);
PORTHOLE_API void porthole_type_released(porthole_type *type, uint64_t n);
PORTHOLE_API void porthole_type_collected(porthole_type *type, uint64_t n);

/**
 * Does this thread compute objects when asked (PORTHOLE_TASK_PROVIDED)? Not before it has
 * said so.
 *
 * Threads: host thread. One atomic store.
 */
PORTHOLE_API void porthole_thread_provides(porthole_thread *thread, bool provides);

/**
 * Register one object whose JSON the host publishes by itself; counts as created. It is
 * shown as soon as something is published.
 *
 * @param id  UTF-8, at most PORTHOLE_ID_BYTES - 1 bytes.
 *
 * @return PORTHOLE_OK and `*out`, until porthole_object_release(); _EINVAL (id); _ELIMIT
 *         beyond PORTHOLE_MAX_OBJECTS; _ENOMEM; _ESTOPPED.
 *
 * Threads: any.
 */
PORTHOLE_API PORTHOLE_CHECKED enum porthole_status
porthole_object_register(porthole_agent *agent, porthole_type *type, const char *id,
                         porthole_object **out);

/**
 * Replace the JSON shown for one registered object.
 *
 * On any error the previously published value stays visible.
 *
 * @param json  UTF-8 JSON value; copied, the caller keeps its buffer.
 * @param len   bytes in `json`, 1 .. PORTHOLE_OBJECT_BYTES.
 *
 * @return PORTHOLE_OK; _ELIMIT if `len` is out of range; _EINVAL if `json` is not JSON a
 *         poller can read back; _ENOMEM; _ESTOPPED.
 *
 * Threads: any; one at a time per object. Takes a lock for a pointer swap only.
 */
PORTHOLE_API PORTHOLE_CHECKED enum porthole_status
porthole_object_publish(porthole_object *object, const char *json, size_t len);

/**
 * The object is gone: it is shown no more, counts as released, and `object` is freed. NULL
 * is allowed. After porthole_stop() the pointer is dead already.
 *
 * Threads: any, once.
 */
PORTHOLE_API void porthole_object_release(porthole_object *object);

/* ---- The application's own numbers ------------------------------------------------- */

enum porthole_series_kind {
    PORTHOLE_COUNTER,   /* only grows; a name without "_total": the encoder adds it */
    PORTHOLE_GAUGE,
    PORTHOLE_HISTOGRAM, /* counts of observations by upper bound, and their sum */
};

/**
 * Register a number shown under "metrics" in /state and as its own family in /metrics.
 * The same name and kind again returns the same series.
 *
 * @param kind  COUNTER or GAUGE; histograms are families.
 * @param name  [a-zA-Z_][a-zA-Z0-9_]*, at most 63 bytes.
 * @param help  one line, may be NULL.
 *
 * @return PORTHOLE_OK and `*out`; _EINVAL (name, or same name with another kind);
 *         _ELIMIT beyond PORTHOLE_MAX_SERIES; _ENOMEM; _ESTOPPED.
 *
 * Threads: any.
 */
PORTHOLE_API PORTHOLE_CHECKED enum porthole_status
porthole_series_register(porthole_agent *agent, enum porthole_series_kind kind,
                         const char *name, const char *help, porthole_series **out);

#define PORTHOLE_MAX_LABELS 8
#define PORTHOLE_MAX_BUCKETS 64
#define PORTHOLE_MAX_CHILDREN 1000    /* series of one family */
#define PORTHOLE_LABEL_BYTES 128      /* longest value of a label, NUL included */

/* Numbers of one name that differ in the values of their labels. All text is copied. */
struct porthole_family_spec {
    enum porthole_series_kind kind;
    const char         *name;         /* as in porthole_series_register() */
    const char         *help;         /* one line, may be NULL */
    const char *const  *labels;       /* names, [a-zA-Z_][a-zA-Z0-9_]*, not "le", not "__…" */
    size_t              n_labels;     /* 0 .. PORTHOLE_MAX_LABELS */
    const double       *buckets;      /* HISTOGRAM: upper bounds, growing, finite; +Inf is
                                         added. NULL otherwise */
    size_t              n_buckets;    /* 1 .. PORTHOLE_MAX_BUCKETS; 0 otherwise */
};

/**
 * Register a family; the same again returns the same family.
 *
 * @return PORTHOLE_OK and `*out`, as long as the agent; _EINVAL (name, label, bucket, or the
 *         same name with another kind, labels or buckets), `err` (may be NULL) names it;
 *         _ELIMIT beyond PORTHOLE_MAX_SERIES series in all; _ENOMEM; _ESTOPPED.
 *
 * Threads: any.
 */
PORTHOLE_API PORTHOLE_CHECKED enum porthole_status
porthole_family_register(porthole_agent *agent, const struct porthole_family_spec *spec,
                         porthole_family **out, porthole_error *err);

/**
 * The series with these values of the family's labels; the same values again return the
 * same series.
 *
 * @param values  one for each label, UTF-8, copied; longer ones than PORTHOLE_LABEL_BYTES - 1
 *                are cut and end in U+2026. NULL for a family without labels.
 *
 * @return PORTHOLE_OK and `*out`, as long as the agent; _ELIMIT beyond PORTHOLE_MAX_CHILDREN
 *         or PORTHOLE_MAX_SERIES, and then `*out` is the family's series for all the rest,
 *         whose values are all "(other)": using it loses detail, not counts; _ENOMEM;
 *         _ESTOPPED in a forked child.
 *
 * Threads: any.
 */
PORTHOLE_API PORTHOLE_CHECKED enum porthole_status
porthole_family_series(porthole_family *family, const char *const *values,
                       porthole_series **out);

/**
 * Add to a series (counter or gauge), set a gauge, or record a value in a histogram. A
 * counter ignores amounts below zero; NaN and infinities are ignored. NULL `series` is
 * allowed and does nothing.
 *
 * Threads: any, concurrently. One atomic operation (a histogram: two); no lock, no system
 * call.
 */
PORTHOLE_API void porthole_series_add(porthole_series *series, double amount);
PORTHOLE_API void porthole_series_set(porthole_series *series, double value);
PORTHOLE_API void porthole_series_observe(porthole_series *series, double value);

/**
 * Let one thread update a series by plain stores to memory of its own, without a call: what
 * lies in `cells` counts in addition to everything else.
 *
 * A counter or gauge is one double. A histogram is one double for each bucket, one for
 * +Inf (how many observations fell between the bound before and this one), and their sum.
 *
 * @param cells  aligned to 8; written by the host thread alone, read by the agent at any
 *               time until porthole_thread_leave(), which must find it valid: it takes what
 *               counters and histograms have reached into the series, and forgets gauges.
 *
 * @return PORTHOLE_OK; _ELIMIT beyond PORTHOLE_MAX_CELLS for all threads; _ENOMEM; _ESTOPPED
 *         in a forked child.
 *
 * Threads: host thread; once per series.
 */
PORTHOLE_API PORTHOLE_CHECKED enum porthole_status
porthole_series_cells(porthole_series *series, porthole_thread *thread, const double *cells);

#define PORTHOLE_MAX_SERIES 4096
#define PORTHOLE_MAX_CELLS 65536      /* doubles lent by porthole_series_cells() */
#define PORTHOLE_MAX_TYPES 256
#define PORTHOLE_MAX_OBJECTS 100000   /* published by porthole_object_publish() */

#ifdef __cplusplus
}
#endif

#endif /* PORTHOLE_APP_H */
