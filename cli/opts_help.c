/* SPDX-License-Identifier: MIT */
/*
 * opts_help: what opts.h promises about help pages.
 */
#include "opts.h"

#include "opts_table.h"

#include <stdio.h>

static const char *const examples =
    "examples:\n"
    "  porthole ps                            which local processes carry an agent\n"
    "  porthole top                           watch them all on a live screen\n"
    "  porthole top web-1,web-2 db:9090-9093  watch a fleet\n"
    "  porthole state pid:4121                everything one process says about itself\n"
    "  porthole stack pid:4121                what it is doing, also while it hangs\n"
    "  porthole listeners pid:4121            which emitters collect listeners\n"
    "  porthole objects job                   its jobs, connections, ... by their type\n"
    "  porthole get localhost /metrics        any path of an agent, as curl would\n";

static const char *const targets_help =
    "targets: host, host:port, host:9090-9105, [v6]:port, http(s)://host:port/path,\n"
    "  unix:/path, pid:N, @file (one a line), lists of them with commas. Without any:\n"
    "  PORTHOLE_SOURCES, else KANG_SOURCES, else the local processes.\n";

static const char *const exit_codes =
    "exit codes: 0 fine, 1 a rule fired, 2 usage, 3 some targets failed, 4 none answered,\n"
    "  5 internal error\n";

static void help_options(struct buf *out, unsigned commands)
{
    buf_puts(out, "\noptions:\n");
    for (size_t i = 0; i < OPTS_ROWS; i++) {
        char left[32], form[] = { '-', opts_letter(i), ',', ' ', '\0' };

        if ((opts_table[i].commands & commands) == 0)
            continue;
        snprintf(left, sizeof left, "%s--%s%s%s", opts_letter(i) != '\0' ? form : "",
                 opts_table[i].name, opts_table[i].argument != NULL ? " " : "",
                 opts_table[i].argument != NULL ? opts_table[i].argument : "");
        buf_printf(out, "  %-22s %s\n", left, opts_table[i].help);
    }
}

static void help_commands(struct buf *out, const struct opts_command *commands)
{
    buf_puts(out, "commands:\n");
    for (const struct opts_command *c = commands; c->name != NULL; c++) {
        char left[48];
        int len = snprintf(left, sizeof left, "%s %s", c->name, c->arguments);

        buf_printf(out, "  %-22s%s %s\n", left, len > 22 ? "\n                        " : "",
                   c->summary);
    }
    buf_puts(out, "\n");
}

void opts_brief(struct buf *out, const struct opts_command *commands)
{
    buf_puts(out, "usage: porthole COMMAND [options] [TARGET...]\n\n");
    help_commands(out, commands);
    buf_printf(out, "%s\n", examples);
    buf_puts(out, "see 'porthole --help' and 'porthole help COMMAND'\n");
}

void opts_help(struct buf *out, const struct opts_command *commands,
               const struct opts_command *command)
{
    if (command == NULL) {
        buf_puts(out, "porthole: look into running processes\n\n"
                      "usage: porthole COMMAND [options] [TARGET...]\n"
                      "       porthole [-h TARGETS] [-l] [-o COLS] [-f FORMAT] TYPE[:ID]\n\n");
        help_commands(out, commands);
        buf_puts(out, examples);
        help_options(out, OPTS_ANY);
        buf_printf(out, "\n%s%s", targets_help, exit_codes);
        return;
    }
    buf_printf(out, "usage: porthole %s [options] %s\n\n%s\n", command->name,
               command->arguments, command->summary);
    if (command->details[0] != '\0')
        buf_printf(out, "\n%s", command->details);
    help_options(out, command->bit);
    if ((command->bit & OPTS_POLLS) != 0)
        buf_printf(out, "\n%s%s", targets_help, exit_codes);
}
