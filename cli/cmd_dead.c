/* SPDX-License-Identifier: MIT */
/*
 * cmd_dead: a recorder file as a page. It is shown for any process, also for a living one:
 * the page says how things stand, and nobody is asked.
 */
#include "cmd_dead.h"

#include "doc.h"
#include "exitcode.h"
#include "process.h"
#include "remains.h"
#include "render_json.h"
#include "say.h"
#include "trail.h"
#include "units.h"
#include "words.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* An agent that has missed this many ticks, and this many seconds, is silent. */
#define SILENT_TICKS 5
#define SILENT_SECONDS 3.0

/* ---- How things stand ---------------------------------------------------------------- */

static double seconds_since(uint64_t unix_ns)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9 - (double)unix_ns / 1e9;
}

static bool is_silent(const struct record *record)
{
    double patience = SILENT_TICKS * (double)record->tick_ms / 1000;

    return seconds_since(record->written_unix_ns) >
           (patience > SILENT_SECONDS ? patience : SILENT_SECONDS);
}

static void put_process(struct buf *out, const struct record *record)
{
    static const char *const looks[] = {
        [PROCESS_GONE] = "is gone",
        [PROCESS_REUSED] = "is gone; another one has its number now",
        [PROCESS_ZOMBIE] = "has ended; its parent has not asked for it yet (zombie)",
        [PROCESS_STOPPED] = "is stopped, as by SIGSTOP; 'kill -CONT' lets it go on",
        [PROCESS_TRACED] = "is held by a debugger",
        [PROCESS_WAITING] = "waits inside the kernel, where no signal reaches it",
        [PROCESS_ALIVE] = "is alive",
    };
    enum process_look look = process_look((unsigned)record->pid, record->start_ticks);

    buf_printf(out, "process %u %s", (unsigned)record->pid, looks[look]);
    if (look == PROCESS_ALIVE && is_silent(record))
        buf_puts(out, ", but its agent is silent");
    else if (look == PROCESS_ALIVE)
        buf_printf(out, "; 'porthole state pid:%u' asks it", (unsigned)record->pid);
    buf_puts(out, "\n");
}

static void put_time(struct buf *out, uint64_t unix_ns)
{
    time_t seconds = (time_t)(unix_ns / 1000000000u);
    char text[40];
    struct tm tm;

    if (gmtime_r(&seconds, &tm) == NULL)
        return;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    buf_printf(out, "%s.%03uZ", text, (unsigned)(unix_ns / 1000000u % 1000u));
}

static void put_written(struct buf *out, const struct record *record)
{
    double age = seconds_since(record->written_unix_ns);
    char text[UNITS_BYTES];

    units_age(text, age);
    buf_puts(out, "last written ");
    put_time(out, record->written_unix_ns);
    buf_printf(out, age < -1 ? ", which is yet to come: a clock was set\n" : ", %s ago\n",
               text);
    if (record->torn)
        buf_puts(out, "note: the newest write was cut short; this is the one before it\n");
    if (record->closed_unix_ns != 0) {
        buf_puts(out, "note: its agent was stopped in good order at ");
        put_time(out, record->closed_unix_ns);
        buf_puts(out, "\n");
    }
}

/* ---- The page ------------------------------------------------------------------------ */

static void put_clean(struct buf *out, const char *text, enum text_charset charset)
{
    text_clean(out, text, strlen(text), charset);
}

static void put_captures(struct buf *out, const struct remains *remains,
                         enum text_charset charset)
{
    if (remains->capture_count == 0)
        return;
    buf_puts(out, "\ncaptured files in ");
    put_clean(out, remains->folder, charset);
    buf_puts(out, ":\n");
    for (size_t i = 0; i < remains->capture_count; i++) {
        char size[UNITS_BYTES];

        units_bytes(size, remains->captures[i].bytes);
        buf_printf(out, "  %5s  ", size);
        put_clean(out, remains->captures[i].name, charset);
        buf_puts(out, "\n");
    }
}

static void put_page(struct buf *out, const struct remains *remains, const struct doc *state,
                     const char *word)
{
    enum text_charset charset = say_charset();
    const struct record *record = &remains->record;
    struct buf trail = { 0 };

    words_who(out, state, charset);
    buf_puts(out, "\n");
    put_process(out, record);
    put_written(out, record);
    if (remains->candidates > 1) {
        buf_printf(out, "note: %zu users have a file of that number; the newest is ",
                   remains->candidates);
        put_clean(out, remains->path, charset);
        buf_puts(out, "\n");
    }
    buf_puts(out, "\n");
    words_state(out, state, charset);
    trail_table(&trail, record->trail, record->trail_count, charset);
    if (trail.len > 0)
        buf_puts(out, "\n");
    buf_add(out, buf_text(&trail), trail.len);
    put_captures(out, remains, charset);
    buf_fini(&trail);
    buf_puts(out, "\nall of it: porthole dead --json ");
    put_clean(out, word, charset);
    buf_puts(out, "\n");
}

static enum cause put_whole(struct buf *out, const struct record *record,
                            const struct opts *opts)
{
    bool terminal = isatty(STDOUT_FILENO) == 1;

    return render_json_state(out, NULL, record->document, record->length,
                             (terminal ? RENDER_JSON_ASCII : 0u) |
                                 (terminal || opts->pretty ? RENDER_JSON_PRETTY : 0u));
}

/* ---- The command --------------------------------------------------------------------- */

static enum cause put_record(struct buf *out, const struct remains *remains, const char *word,
                             const struct opts *opts)
{
    struct doc *state = NULL;
    enum cause cause = doc_read(remains->record.document, remains->record.length, &state);

    if (cause == CAUSE_NONE && !doc_is_object(state, "porthole"))
        cause = CAUSE_NOT_PORTHOLE;
    if (cause == CAUSE_NONE && opts->json)
        cause = put_whole(out, &remains->record, opts);
    else if (cause == CAUSE_NONE)
        put_page(out, remains, state, word);
    doc_free(state);
    return cause;
}

static int print(const struct remains *remains, const char *word, const struct opts *opts)
{
    char cause[CAUSE_BYTES];
    struct buf out = { 0 };
    enum cause wrong;
    bool good;

    if (remains->record.document == NULL) {
        say_error("cannot use '%.512s': it holds no whole state", remains->path);
        return EXITCODE_NONE;
    }
    wrong = put_record(&out, remains, word, opts);
    if (wrong != CAUSE_NONE) {
        cause_word(cause, wrong, 0);
        say_error("cannot use '%.512s': its state is damaged: %s", remains->path, cause);
        buf_fini(&out);
        return EXITCODE_NONE;
    }
    good = say(buf_text(&out), out.len);
    buf_fini(&out);
    return good ? EXITCODE_FINE : EXITCODE_INTERNAL;
}

/* "4121" and "pid:4121" are processes, all else names of files ("./4121" as well). */
static bool is_pid(const char *word, const char **digits)
{
    *digits = strncmp(word, "pid:", 4) == 0 ? word + 4 : word;
    return *digits != word || (word[0] != '\0' && strspn(word, "0123456789") == strlen(word));
}

int cmd_dead(const struct opts *opts, char **arguments, int count)
{
    struct remains_error error = { "" };
    struct remains remains;
    const char *digits;
    unsigned pid = 0;
    bool found;
    int code;

    (void)count;
    if (is_pid(arguments[0], &digits)) {
        if (!units_parse_count(digits, 1, 999999999, &pid)) {
            say_error("bad process id '%s'", digits);
            return EXITCODE_USAGE;
        }
        found = remains_of_pid(&remains, pid, &error);
    } else {
        found = remains_of_file(&remains, arguments[0], &error);
    }
    if (!found)
        say_error("%s", error.text);
    code = found ? print(&remains, arguments[0], opts) : EXITCODE_NONE;
    remains_fini(&remains);
    return code;
}
