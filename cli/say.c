/* SPDX-License-Identifier: MIT */
/*
 * say: the only writer of stdout and stderr apart from the screen. It never lets an
 * uncleaned byte into a message.
 */
#include "say.h"

#include "buf.h"

#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void say_error(const char *format, ...)
{
    char text[1024];
    struct buf line = { 0 };
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0)
        return;
    text_clean(&line, text, strlen(text), say_charset());
    fprintf(stderr, "porthole: %s\n", buf_text(&line));
    buf_fini(&line);
}

bool say(const char *text, size_t len)
{
    char reason[TEXT_REASON_BYTES];

    if (fwrite(text, 1, len, stdout) == len && fflush(stdout) == 0)
        return true;
    if (errno == EPIPE) {
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    text_reason(reason, errno);
    say_error("cannot write standard output: %s", reason);
    return false;
}

enum text_charset say_charset(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? TEXT_UTF8 : TEXT_ASCII;
}
