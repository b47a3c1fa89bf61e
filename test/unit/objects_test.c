/* SPDX-License-Identifier: MIT */
#include "agent/objects.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"

static struct ph_types types;
static struct ph_objects objects;
static struct porthole_type *job, *conn;

static void init(void)
{
    ph_types_init(&types);
    ph_objects_init(&objects);
    cr_assert_eq(ph_types_add(&types, "job", &job), PORTHOLE_OK);
    cr_assert_eq(ph_types_add(&types, "conn", &conn), PORTHOLE_OK);
}

static void fini(void)
{
    ph_objects_fini(&objects);
    ph_types_fini(&types);
}

TestSuite(objects, .init = init, .fini = fini);

static struct porthole_object *added(struct porthole_type *type, const char *id)
{
    struct porthole_object *o = NULL;

    cr_assert_eq(ph_objects_add(&objects, type, id, &o), PORTHOLE_OK);
    return o;
}

static enum porthole_status publish(struct porthole_object *o, const char *json)
{
    return porthole_object_publish(o, json, strlen(json));
}

static struct porthole_object *shown(struct porthole_type *type, const char *id)
{
    struct porthole_object *o = added(type, id);

    cr_assert_eq(publish(o, "{}"), PORTHOLE_OK);
    return o;
}

/* All that a reader finds, as "type:id=json;…". */
static const char *read_all(const struct ph_objects_pick *pick)
{
    static char out[4096];
    struct ph_fragments *f = ph_fragments_new();
    struct ph_objects_reader reader = { 0 };
    size_t n = 0;

    ph_objects_begin(&objects, &reader);
    while (ph_objects_read(&reader, pick, f))
        continue;
    ph_objects_end(&reader);
    out[0] = '\0';
    for (size_t i = 0; i < f->n; i++) {
        const struct ph_fragment *row = ph_fragments_at(f, i);

        n += (size_t)snprintf(out + n, sizeof out - n, "%s:%s=%s;", ph_fragments_type(f, row),
                              row->bytes, ph_fragment_json(row));
    }
    snprintf(out + n, sizeof out - n, "%s", f->cut ? "cut" : "");
    ph_fragments_unref(f);
    return out;
}

static const struct ph_objects_pick everything;

Test(objects, what_is_published_last_is_shown)
{
    struct porthole_object *o = added(job, "1");

    cr_assert_str_eq(read_all(&everything), "", "not before anything is published");
    cr_assert_eq(publish(o, "{\"n\":1}"), PORTHOLE_OK);
    cr_assert_str_eq(read_all(&everything), "job:1={\"n\":1};");
    cr_assert_eq(publish(o, "[2]"), PORTHOLE_OK);
    cr_assert_str_eq(read_all(&everything), "job:1=[2];");
}

Test(objects, what_is_refused_leaves_the_old_value)
{
    struct porthole_object *o = added(job, "1");
    char *large = calloc(1, PORTHOLE_OBJECT_BYTES + 1);

    memset(large, ' ', PORTHOLE_OBJECT_BYTES + 1);
    large[0] = '7';
    cr_assert_eq(publish(o, "1"), PORTHOLE_OK);
    cr_assert_eq(publish(o, "{oops"), PORTHOLE_EINVAL);
    cr_assert_eq(publish(o, "\"\\ud800\""), PORTHOLE_EINVAL);
    cr_assert_eq(porthole_object_publish(o, "", 0), PORTHOLE_ELIMIT);
    cr_assert_eq(porthole_object_publish(o, large, PORTHOLE_OBJECT_BYTES + 1), PORTHOLE_ELIMIT);
    cr_assert_str_eq(read_all(&everything), "job:1=1;");
    cr_assert_eq(porthole_object_publish(o, large, PORTHOLE_OBJECT_BYTES), PORTHOLE_OK);
    free(large);
}

Test(objects, ids_are_utf8_and_not_too_long)
{
    char id[PORTHOLE_ID_BYTES + 1];
    struct porthole_object *o = NULL;

    memset(id, 'i', sizeof id);
    id[PORTHOLE_ID_BYTES] = '\0';
    cr_assert_eq(ph_objects_add(&objects, job, id, &o), PORTHOLE_EINVAL);
    id[PORTHOLE_ID_BYTES - 1] = '\0';
    added(job, id);
    added(job, "");
    cr_assert_eq(ph_objects_add(&objects, job, "\xFF", &o), PORTHOLE_EINVAL);
    cr_assert_eq(ph_objects_add(&objects, job, NULL, &o), PORTHOLE_EINVAL);
    cr_assert_eq(ph_objects_add(&objects, NULL, "x", &o), PORTHOLE_EINVAL);
    cr_assert_null(o);
}

Test(objects, they_are_counted_with_their_type)
{
    struct porthole_object *o = added(job, "1");
    struct ph_type_figures figures;

    added(job, "2");
    porthole_object_release(o);
    porthole_object_release(NULL);
    ph_type_read(job, &figures);

    cr_assert_eq(figures.created, 2);
    cr_assert_eq(figures.released, 1);
    cr_assert_eq(figures.count, 1);
}

Test(objects, a_released_one_is_shown_no_more)
{
    struct porthole_object *first = shown(job, "1"), *second = shown(job, "2");

    shown(job, "3");
    porthole_object_release(second);
    cr_assert_str_eq(read_all(&everything), "job:1={};job:3={};");
    porthole_object_release(first);
    cr_assert_str_eq(read_all(&everything), "job:3={};");
}

Test(objects, those_that_are_asked_for_are_read)
{
    struct ph_objects_pick pick = { .type = "conn" };

    shown(job, "1");
    shown(conn, "1");
    shown(conn, "2");
    shown(conn, "3");
    cr_assert_str_eq(read_all(&pick), "conn:1={};conn:2={};conn:3={};");
    pick.limit = 2;
    cr_assert_str_eq(read_all(&pick), "conn:1={};conn:2={};cut");
    pick = (struct ph_objects_pick){ .type = "conn", .after = 2 };
    cr_assert_str_eq(read_all(&pick), "conn:2={};conn:3={};");
    pick = (struct ph_objects_pick){ .id = "1", .id_bytes = 1 };
    cr_assert_str_eq(read_all(&pick), "job:1={};conn:1={};");
}

Test(objects, a_reader_goes_on_where_he_was_whatever_is_released)
{
    struct ph_fragments *f = ph_fragments_new();
    struct ph_objects_reader reader = { 0 };
    struct porthole_object *all[200];
    char id[8];

    for (int i = 0; i < 200; i++) {
        snprintf(id, sizeof id, "%d", i);
        all[i] = shown(job, id);
    }
    ph_objects_begin(&objects, &reader);
    cr_assert(ph_objects_read(&reader, &everything, f));
    cr_assert_eq(f->n, 64);
    for (int i = 0; i < 100; i++)
        porthole_object_release(all[i]);
    while (ph_objects_read(&reader, &everything, f))
        continue;
    ph_objects_end(&reader);

    cr_assert_eq(f->n, 164, "64 before, 100 after");
    cr_assert_str_eq(ph_fragments_at(f, 64)->bytes, "100");
    ph_objects_end(&reader);
    ph_fragments_unref(f);
}

Test(objects, there_is_a_ceiling)
{
    struct porthole_object *o = NULL, *last = NULL;

    for (int i = 0; i < PORTHOLE_MAX_OBJECTS; i++)
        last = added(job, "x");
    cr_assert_eq(ph_objects_add(&objects, job, "x", &o), PORTHOLE_ELIMIT);
    porthole_object_release(last);
    added(job, "x");
}

static void *publish_often(void *arg)
{
    char json[64];

    for (int i = 0; i < 20000; i++) {
        int n = snprintf(json, sizeof json, "[%d,%d]", i, i);

        if (porthole_object_publish(arg, json, (size_t)n) != PORTHOLE_OK)
            return arg;
    }
    return NULL;
}

Test(objects, a_value_is_never_seen_half_done)
{
    struct porthole_object *o = shown(job, "1");
    pthread_t thread;
    void *failed;

    cr_assert_eq(publish(o, "[0,0]"), PORTHOLE_OK);
    cr_assert_eq(pthread_create(&thread, NULL, publish_often, o), 0);
    for (int i = 0; i < 3000; i++) {
        const char *seen = read_all(&everything);
        char *comma;
        long a, b;

        cr_assert_eq(strncmp(seen, "job:1=[", 7), 0, "%s", seen);
        a = strtol(seen + 7, &comma, 10);
        cr_assert_eq(*comma, ',', "%s", seen);
        b = strtol(comma + 1, NULL, 10);
        cr_assert_eq(a, b);
    }
    pthread_join(thread, &failed);
    cr_assert_null(failed);
}

Test(objects, a_forked_child_is_told_that_it_is_over)
{
    struct porthole_object *o = shown(job, "1");
    pid_t child = fork();
    int status;

    if (child == 0) {
        bool inert = publish(o, "1") == PORTHOLE_ESTOPPED;

        porthole_object_release(o);
        _exit(inert ? 0 : 1);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
}

Test(objects, survive_every_failed_allocation)
{
    struct porthole_object *kept = shown(job, "kept");

    EVERY_ALLOC_FAILS({
        struct porthole_object *o = NULL;
        enum porthole_status rc = ph_objects_add(&objects, job, "1", &o);

        cr_assert_eq(rc == PORTHOLE_ENOMEM, alloc_failed());
        rc = publish(kept, "[1]");
        cr_assert_eq(rc == PORTHOLE_ENOMEM && alloc_failed(), rc != PORTHOLE_OK);
        porthole_object_release(o);
    });
}
