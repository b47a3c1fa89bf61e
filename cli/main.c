/* SPDX-License-Identifier: MIT */
/*
 * main: the table of sub-commands and the way into them.
 */
#include "cmd_check.h"
#include "cmd_counts.h"
#include "cmd_dashboard.h"
#include "cmd_dead.h"
#include "cmd_diff.h"
#include "cmd_flame.h"
#include "cmd_histogram.h"
#include "cmd_history.h"
#include "cmd_kang.h"
#include "cmd_links.h"
#include "cmd_objects.h"
#include "cmd_profile.h"
#include "cmd_ps.h"
#include "cmd_rules.h"
#include "cmd_snapshot.h"
#include "cmd_stack.h"
#include "cmd_state.h"
#include "cmd_suspects.h"
#include "cmd_targets.h"
#include "cmd_top.h"
#include "cmd_trace.h"
#include "cmd_watch.h"
#include "exitcode.h"
#include "opts.h"
#include "porthole.h"
#include "say.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static int cmd_help(const struct opts *opts, char **arguments, int count);

static const struct opts_command commands[] = {
    { "ps", "", "list local processes that carry an agent",
      "Reads recorder files only; connects to nothing. STATE is alive, blocked (its event\n"
      "loop does not turn), hung (it runs, but its agent is silent) or, with --all, dead:\n"
      "'porthole dead PID' shows the last words of such a one.\n",
      OPTS_PS, 0, 0, cmd_ps },
    { "top", "[TARGET...]", "watch processes on a live screen",
      "Worst first. '!' deserves attention, '#' loop blocked, '~' missing, 'x' down after "
      "three\n"
      "misses: its last values stay, UP says how old they are, LOOP why. Changes are per\n"
      "minute. Keys: arrows move and choose a figure, which the pane below explains; enter\n"
      "opens a process, or a group; s sort, / filter, g group, space pin, p pause, ? the "
      "rest.\n"
      "In a process: o overview, l loop, c gc, h heap, n handles, k sockets, i listeners,\n"
      "j objects, u suspects, t stack; esc goes back. Above the table stand lists that cannot\n"
      "be read, and who differs from its peers (same service and version, five or more).\n"
      "Plain frames when stdout is no terminal, and with --once, --count, --json and -f text,\n"
      "json, ndjson or csv (not by --group). --from prometheus=URL asks a Prometheus or\n"
      "VictoriaMetrics instead of the processes.\n",
      OPTS_TOP, 0, -1, cmd_top },
    { "state", "[TARGET...]", "print the whole state as JSON",
      "One document, indented on a terminal. Several targets: one line of JSON for each,\n"
      "{\"target\":NAME,\"state\":DOCUMENT}.\n",
      OPTS_STATE, 0, -1, cmd_state },
    { "get", "TARGET [PATH]", "print any path of an agent (default /)",
      "The body goes to stdout, that of an error as well. Exit code 3: the target answered\n"
      "with an error; 4: it did not answer.\n",
      OPTS_GET, 1, 2, cmd_get },
    { "stack", "[TARGET...]", "what every JavaScript thread is doing now",
      "Works while the loop is blocked. A thread that cannot be reached says where it is; a\n"
      "stack that came late says so. --source-maps opens the scripts of the stack and their\n"
      "maps on this machine.\n",
      OPTS_STACK, 0, -1, cmd_stack },
    { "dead", "PID|FILE", "the last words of a process that is gone or silent",
      "Reads its recorder file, found by number or given by name, and connects to nothing:\n"
      "the last state, the last minutes of key figures, and what capture rules have kept.\n"
      "'porthole ps --all' lists who has left one. Exit code 4: there is none to be read.\n",
      OPTS_DEAD, 1, 1, cmd_dead },
    { "profile", "TARGET", "record a CPU or heap profile into a file",
      "Works while the loop is blocked. The file, SERVICE-PID-TIME.cpuprofile unless named,\n"
      "opens in Chrome's and VS Code's developer tools. The deadline is --seconds plus\n"
      "--timeout (15s here). Ctrl-C ends the profile in the process as well.\n",
      OPTS_PROFILE, 1, 1, cmd_profile },
    { "flame", "TARGET|FILE", "a profile as one interactive page",
      "Takes a profile, or reads a .cpuprofile or .heapprofile, and writes one HTML file that\n"
      "needs no network.\n",
      OPTS_FLAME, 1, 1, cmd_flame },
    { "histogram", "TARGET", "count live objects by constructor",
      "Stops the loop for a garbage collection and a walk over the heap; the cost is shown.\n"
      "-o FILE keeps the JSON for 'porthole diff'.\n",
      OPTS_HISTOGRAM, 1, 1, cmd_histogram },
    { "diff", "A B", "what changed between two histograms or states",
      "A and B are files of 'porthole histogram --json' or 'porthole state', or targets that\n"
      "are asked for a histogram now.\n",
      OPTS_DIFF, 2, 2, cmd_diff },
    { "snapshot", "TARGET", "write a heap snapshot into a file",
      "Says first what it will cost, and asks. A cut transfer leaves no file. The process\n"
      "stands still while its heap is read.\n",
      OPTS_SNAPSHOT, 1, 1, cmd_snapshot },
    { "listeners", "[TARGET...]", "event listeners: how many, of which emitters",
      "Kinds of emitters with their listeners, then single emitters that have many. CHANGE is\n"
      "since your last look at the process: the last round of --watch, else the last run,\n"
      "which leaves a small file in the run directory. 'new': it was not in the list then.\n"
      "Bounds are of 95 %; ERROR is the standard error. --exact takes a census of one TARGET:\n"
      "it says first how long the loop will stand still, and needs --force if that is long.\n",
      OPTS_LISTENERS, 0, -1, cmd_listeners },
    { "sockets", "[TARGET...]", "sockets: states, peers, queues, HTTP agents",
      "A pile of sockets in CLOSE_WAIT (the peer closed them, the application did not) stands\n"
      "first. Then peers, local ports, what kernel, libuv and Node count, and each HTTP agent\n"
      "with its origins. OLDEST is at least so old: since the agent first saw the socket.\n"
      "CHANGE as in 'porthole help listeners'.\n",
      OPTS_SOCKETS, 0, -1, cmd_sockets },
    { "handles", "[TARGET...]", "handles: open, active, created and closed, by kind",
      "CREATED/S is since the last look; CHANGE as in 'porthole help listeners'.\n",
      OPTS_HANDLES, 0, -1, cmd_handles },
    { "gc", "[TARGET...]", "garbage collections, pauses, and the heap they leave",
      "The floor is the lowest heap after full collections, with its slope and the interval\n"
      "of 95 % around that. Then the fields of gcstats. CHANGE as in 'porthole help\n"
      "listeners'.\n",
      OPTS_GC, 0, -1, cmd_gc },
    { "heap", "[TARGET...]", "memory of the process beside memory of the heap",
      "What grows in RSS ANON and MALLOC and not in the heap leaks outside of JavaScript.\n"
      "CHANGE as in 'porthole help listeners'.\n",
      OPTS_HEAP, 0, -1, cmd_heap },
    { "trace", "listeners|sockets TARGET", "who adds listeners, or opens sockets, that stay",
      "Takes the stacks that add them while it lasts, and ranks them by what is still alive "
      "at\n"
      "the end. BY is the first frame that is not Node's own. Ctrl-C ends it in the process,\n"
      "too. The deadline is --seconds plus --timeout (15s here).\n",
      OPTS_TRACE, 2, 2, cmd_trace },
    { "suspects", "[TARGET...]", "what grows for good, worst first",
      "Growth verdicts of all targets. urgent: it reaches its limit within hours; confirmed:\n"
      "it has grown for days, or for many hours without exception; suspect: for some hours.\n"
      "With several processes of a service: in how many of them it grows, and what their\n"
      "growth goes with. --all lists everything that is judged, with what speaks against\n"
      "growth. Exit code 1: something has a grade, also if some targets failed.\n"
      "--series judges a file the same way: CSV whose first line names the columns, with\n"
      "'seconds' (Unix time, or from 0) among them. An empty cell is a gap. --kind, --load,\n"
      "--limit and --ever go with it.\n",
      OPTS_SUSPECTS, 0, -1, cmd_suspects },
    { "history", "TARGET [SERIES]", "what its numbers were, up to ten days back",
      "Without SERIES a list; with it a picture: the band is from the least to the greatest\n"
      "value, the line in it the mean. SERIES may be a part of a name. Empty columns: nothing\n"
      "was seen. Counters are shown as their growth per second. 1s reaches back 5 minutes, "
      "15s\n"
      "16 minutes, 1m an hour, 5m 5 hours, 20m 21 hours, 1h 2.6 days, 4h 10 days. Times are\n"
      "UTC. -f csv is what 'porthole suspects --series -' reads.\n",
      OPTS_HISTORY, 1, 2, cmd_history },
    { "check", "[RULES] [TARGET...]", "evaluate rules once; the exit code says it",
      "The first word is a rule file if there is one of that name; without it the built-in "
      "rules\n"
      "count. 'for', 'misses' and 'cooldown' do not: what holds now fires. Growth is judged "
      "from\n"
      "the history of the processes themselves. Exit code 1: a rule fired, also if some "
      "targets\n"
      "failed. --nagios: one line; 2 critical, 1 warning, else 3 if a target did not answer.\n",
      OPTS_CHECK, 0, -1, cmd_check },
    { "watch", "[RULES] [TARGET...]", "evaluate rules again and again, and tell",
      "What begins and what ends is told on stdout, as lines of JSON unless that is a "
      "terminal,\n"
      "and to whom the rules name. The file is read again when it changes and on SIGHUP; one\n"
      "with a mistake changes nothing. An alert does not end because its target is silent, "
      "but\n"
      "after 15 minutes of that it does, and says so. SIGINT and SIGTERM end it in order. "
      "With\n"
      "--once and --count exit codes are those of 'check'.\n",
      OPTS_WATCH, 0, -1, cmd_watch },
    { "rules", "[FILE|test FILE HISTORY]", "show, check or try out rules",
      "Alone the built-in ones, as a file to start from; with FILE whether it is right, else\n"
      "line and column of the first mistake. 'test' runs FILE over HISTORY, CSV with a column\n"
      "'seconds' and others named like figures ('porthole history -f csv'), and prints what "
      "it\n"
      "would have told, and when; exit code 1: something fired.\n",
      OPTS_RULES, 0, 3, cmd_rules },
    { "targets", "[TARGET...]", "list targets; feed them to a Prometheus",
      "What the words, or the local processes, come to: name, address for a Prometheus, which\n"
      "list it is from, and its labels. --json prints the file_sd document. --serve answers\n"
      "http_sd at /targets, --file keeps a file for file_sd up to date and replaces it whole,\n"
      "only if it changes; both at once is fine. They look again every --interval; --file "
      "with\n"
      "--once ends. A list that cannot be read keeps what it said last. Processes that\n"
      "publish no TCP address (port: false) are left out, and named.\n",
      OPTS_TARGETS, 0, -1, cmd_targets },
    { "dashboard", "", "print a dashboard for Grafana",
      "JSON for Grafana's import (Dashboards, New, Import): the fleet, restarts, loop delay,\n"
      "memory, collections, sockets, listeners, handles, descriptors, requests and suspects,\n"
      "over what a Prometheus scrapes of /metrics. Source, job, service and instance are "
      "chosen\n"
      "on top. 'porthole rules --prometheus' prints the alerts that go with it.\n",
      OPTS_DASHBOARD, 0, 0, cmd_dashboard },
    { "objects", "[TYPE[:ID]] [TARGET...]", "the application's own objects",
      "Alone the types with their counts, with TYPE a line for each object, with TYPE:ID the\n"
      "object whole. The first word is TYPE unless it begins with pid:, unix:, http://,\n"
      "https:// or @; -h names targets in any case. A process whose loop is blocked shows\n"
      "what can be read without it, and copies with their age. Reads kang servers as well.\n",
      OPTS_OBJECTS, 0, -1, cmd_objects },
    { "links", "TYPE:ID [TARGET...]", "what an object points to, and what points to it",
      "A link is a text 'type:id' anywhere in an object, as kang has it: '->' it points to,\n"
      "'<-' points to it, '<->' both, with the field. Objects of all targets are searched.\n"
      "An object is opened where it is reached first, and '(see there)' elsewhere.\n",
      OPTS_LINKS, 1, -1, cmd_links },
    { "kang", "TYPE[:ID]", "objects as the command of kang 0.0.x shows them",
      "The word 'kang' may be left out: 'porthole -h web-1,web-2 -l conn:c7'. Reads\n"
      "kang servers and porthole agents, and merges what they say. Prints ids; with -l all\n"
      "fields, with -o those named ('origin' says which process). The types 'type' (all\n"
      "types), 'service' and 'stats' (of each process) are always there. -f json has all\n"
      "fields unless -o names them. TARGETS as below, but host/path without a port means\n"
      "port 80, as in kang; the path is /kang/snapshot unless given.\n",
      OPTS_KANG, 1, 1, cmd_kang },
    { "help", "[COMMAND]", "explain a command", "", 1 << 7, 0, 1, cmd_help },
    { NULL, NULL, NULL, NULL, 0, 0, 0, NULL },
};

static int print(struct buf *text)
{
    bool good = say(buf_text(text), text->len);

    buf_fini(text);
    return good ? EXITCODE_FINE : EXITCODE_INTERNAL;
}

static int show_help(const struct opts_command *command)
{
    struct buf text = { 0 };

    opts_help(&text, commands, command);
    return print(&text);
}

static int cmd_help(const struct opts *opts, char **arguments, int count)
{
    const struct opts_command *command = NULL;
    struct opts_error error = { "" };

    (void)opts;
    if (count > 0) {
        command = opts_find(commands, arguments[0], &error);
        if (command == NULL) {
            say_error("%s", error.text);
            return EXITCODE_USAGE;
        }
    }
    return show_help(command);
}

/* `porthole` alone: a reminder, on stderr because nothing was asked for. */
static int show_brief(void)
{
    struct buf text = { 0 };

    opts_brief(&text, commands);
    fputs(buf_text(&text), stderr);
    buf_fini(&text);
    return EXITCODE_USAGE;
}

static int show_version(void)
{
    struct buf text = { 0 };

    buf_puts(&text, "porthole " PORTHOLE_VERSION "\n");
    return print(&text);
}

/* Started without one of the three streams, the next file we open would become it, and a
 * report would be written into a connection. Filled read-only, writing to it still fails. */
static void fill_streams(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

int main(int argc, char **argv)
{
    struct opts_error error = { "" };
    struct opts_line line;

    fill_streams();
    setlocale(LC_CTYPE, "");
    signal(SIGPIPE, SIG_IGN); /* TLS writes would end us; say() ends us where it should */
    if (!opts_parse(argc, argv, commands, &line, &error)) {
        say_error("%s", error.text);
        return EXITCODE_USAGE;
    }
    if (line.opts.version)
        return show_version();
    if (line.opts.help)
        return show_help(line.command);
    if (line.command == NULL)
        return show_brief();
    return line.command->run(&line.opts, argv + line.first, argc - line.first);
}
