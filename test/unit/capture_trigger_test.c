/* SPDX-License-Identifier: MIT */
/* The loops are turned by hand, and time is what the tests say. */
#include "agent/capture_trigger.h"

#include <criterion/criterion.h>

#include "agent/clock.h"

static struct ph_board board;
static struct ph_trigger_look look;
static struct ph_rules rules;
static porthole_thread *main_thread, *worker;
static uint64_t now, seen;

static void begin(void)
{
    const struct porthole_host hosts[] = { { .name = "main", .id = 0 },
                                           { .name = "worker 7", .id = 7 } };

    now = ph_clock_ns();
    ph_board_init(&board, 100 * PH_NS_PER_MS);
    cr_assert_eq(ph_board_join(&board, &hosts[0], &main_thread), PORTHOLE_OK);
    cr_assert_eq(ph_board_join(&board, &hosts[1], &worker), PORTHOLE_OK);
    porthole_loop_before_poll(main_thread, now, 0);
    porthole_loop_before_poll(worker, now, 0);
}

static void end(void)
{
    porthole_thread_leave(main_thread);
    porthole_thread_leave(worker);
    ph_board_fini(&board);
}

TestSuite(capture_trigger, .init = begin, .fini = end);

/* The thread for which the rule holds at this moment; only to be compared. */
static const struct porthole_thread *found_when(const char *text, bool armed)
{
    const struct porthole_thread *thread;

    cr_assert_eq(ph_rules_parse(text, &rules, NULL), PORTHOLE_OK);
    ph_trigger_look_begin(&look, &board, now);
    thread = ph_trigger_find(&look, &rules.rule[0], armed, &seen);
    ph_trigger_look_end(&look);
    return thread;
}

static const struct porthole_thread *found(const char *text)
{
    return found_when(text, true);
}

static void use_heap(porthole_thread *thread, uint64_t used, uint64_t limit)
{
    const struct porthole_heap heap = { .used_bytes = used, .limit_bytes = limit };

    porthole_heap_publish(thread, &heap);
}

/* ---- blocked ----------------------------------------------------------------------- */

Test(capture_trigger, a_loop_is_blocked_from_the_moment_the_rule_says)
{
    porthole_loop_after_poll(main_thread, now);
    now += 5 * PH_NS_PER_S - 1;
    cr_assert_null(found("blocked>5s:stack"));
    now += 1;

    cr_assert_eq(found("blocked>5s:stack"), main_thread);
}

Test(capture_trigger, looks_again_at_the_moment_it_would_be_blocked)
{
    cr_assert_null(found("blocked>5s:stack"));
    cr_assert_eq(look.due_ns, now + 5 * PH_NS_PER_S, "idle now");
    porthole_loop_after_poll(main_thread, now);
    now += 3 * PH_NS_PER_S;
    cr_assert_null(found("blocked>5s:stack"));

    cr_assert_eq(look.due_ns, now + 2 * PH_NS_PER_S);
}

Test(capture_trigger, a_rule_below_the_agents_own_threshold_is_meant_as_it_says)
{
    porthole_loop_after_poll(main_thread, now);
    now += 50 * PH_NS_PER_MS;

    cr_assert_eq(found("blocked>20ms:stack"), main_thread);
}

Test(capture_trigger, a_loop_that_is_held_by_ourselves_is_not_blocked)
{
    porthole_loop_after_poll(main_thread, now);
    now += 10 * PH_NS_PER_S;
    atomic_store(&main_thread->serving, PORTHOLE_TASK_HISTOGRAM + 1);
    cr_assert_null(found("blocked>5s:stack"));
    cr_assert_leq(look.due_ns, now + 100 * PH_NS_PER_MS);
    atomic_store(&main_thread->serving, 0);

    cr_assert_eq(found("blocked>5s:stack"), main_thread);
}

Test(capture_trigger, a_rule_concerns_the_threads_it_names)
{
    porthole_loop_after_poll(worker, now);
    now += 10 * PH_NS_PER_S;

    cr_assert_null(found("blocked>5s:stack"));
    cr_assert_null(found("blocked>5s@main:stack"));
    cr_assert_null(found("blocked>5s@8:stack"));
    cr_assert_eq(found("blocked>5s@7:stack"), worker);
    cr_assert_eq(found("blocked>5s@any:stack"), worker);
}

/* ---- heap -------------------------------------------------------------------------- */

Test(capture_trigger, a_heap_is_measured_by_what_the_last_full_collection_left)
{
    use_heap(main_thread, 95, 100);
    cr_assert_eq(found("heap>90%:stack"), main_thread, "there was none yet");
    porthole_gc_done(main_thread, PORTHOLE_GC_MAJOR, 1, 80);
    cr_assert_null(found("heap>90%:stack"), "most of it was garbage");
    porthole_gc_done(main_thread, PORTHOLE_GC_MAJOR, 1, 91);

    cr_assert_eq(found("heap>90%:stack"), main_thread);
}

Test(capture_trigger, exactly_the_percentage_is_not_over_it)
{
    use_heap(main_thread, 90, 100);

    cr_assert_null(found("heap>90%:stack"));
    cr_assert_eq(found("heap>89.9%:stack"), main_thread);
}

Test(capture_trigger, a_heap_of_unknown_size_is_over_nothing)
{
    cr_assert_null(found("heap>1%:stack"), "never published");
    use_heap(main_thread, PORTHOLE_UNKNOWN, 100);
    cr_assert_null(found("heap>1%:stack"));
    use_heap(main_thread, 100, PORTHOLE_UNKNOWN);
    cr_assert_null(found("heap>1%:stack"));
    use_heap(main_thread, 100, 0);

    cr_assert_null(found("heap>1%:stack"));
}

/* ---- near-heap-limit --------------------------------------------------------------- */

Test(capture_trigger, near_the_limit_holds_until_the_rule_has_fired)
{
    cr_assert_null(found("near-heap-limit:stack"));
    porthole_near_heap_limit(main_thread);
    cr_assert_eq(found("near-heap-limit:stack"), main_thread);
    cr_assert_eq(found("near-heap-limit:stack"), main_thread, "still");
    cr_assert_null(found_when("near-heap-limit:stack", false), "it has fired");
    cr_assert_null(found("near-heap-limit:stack"));
    porthole_near_heap_limit(main_thread);

    cr_assert_eq(found("near-heap-limit:stack"), main_thread, "once more");
}

Test(capture_trigger, what_comes_while_a_rule_cools_down_is_the_same_trouble)
{
    porthole_near_heap_limit(main_thread);
    cr_assert_null(found_when("near-heap-limit:stack", false));
    porthole_near_heap_limit(main_thread);
    cr_assert_null(found_when("near-heap-limit:stack", false));

    cr_assert_null(found("near-heap-limit:stack"));
}

Test(capture_trigger, a_thread_that_left_takes_its_events_along)
{
    const struct porthole_host host = { .name = "worker 8", .id = 8 };
    porthole_thread *next;

    porthole_near_heap_limit(worker);
    porthole_near_heap_limit(worker);
    cr_assert_null(found_when("near-heap-limit@any:stack", false));
    porthole_thread_leave(worker);
    worker = NULL;
    cr_assert_null(found("near-heap-limit@any:stack"));
    cr_assert_eq(ph_board_join(&board, &host, &next), PORTHOLE_OK);
    porthole_near_heap_limit(next);

    cr_assert_eq(found("near-heap-limit@any:stack"), next);
    porthole_thread_leave(next);
}

/* ---- Growth verdicts --------------------------------------------------------------- */

static struct ph_suspects_copy suspects;

/* What the test says is suspect; `event` is when it reached each of its grades. */
static void accuse(enum ph_class class_of, int thread, enum ph_grade grade, uint64_t event)
{
    struct ph_suspect *s = &suspects.suspect[suspects.n++];

    *s = (struct ph_suspect){ .class_of = class_of, .thread = thread };
    s->verdict.grade = grade;
    for (unsigned i = PH_SUSPECT; i <= (unsigned)grade; i++)
        s->reached[i] = event;
    look.suspects = &suspects;
}

Test(capture_trigger, a_verdict_is_an_event_that_fires_once)
{
    cr_assert_null(found("suspect:stack"), "nobody is suspect");
    accuse(PH_CLASS_SOCKETS, PH_NO_THREAD, PH_SUSPECT, 1);
    cr_assert_eq(found("suspect:stack"), main_thread);
    cr_assert_eq(found("suspect:stack"), main_thread, "it has not fired");
    cr_assert_null(found_when("suspect:stack", false));
    cr_assert_null(found("suspect:stack"));

    accuse(PH_CLASS_HANDLES, PH_NO_THREAD, PH_SUSPECT, 2);
    cr_assert_eq(found("suspect:stack"), main_thread, "another one");
}

Test(capture_trigger, a_grade_holds_for_the_higher_ones_and_a_class_for_itself)
{
    accuse(PH_CLASS_HEAP, 0, PH_CONFIRMED, 1);

    cr_assert_eq(found("suspect:stack"), main_thread);
    cr_assert_eq(found("confirmed=heap:stack"), main_thread);
    cr_assert_null(found("urgent:stack"));
    cr_assert_null(found("confirmed=native:stack"));
}

Test(capture_trigger, a_verdict_on_a_thread_concerns_its_rules_alone)
{
    accuse(PH_CLASS_HEAP, 7, PH_SUSPECT, 1);

    cr_assert_null(found("suspect:stack"), "main is the default");
    cr_assert_eq(found("suspect@7:stack"), worker);
    cr_assert_eq(found("suspect@any:stack"), worker);
}
