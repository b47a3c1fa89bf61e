/* SPDX-License-Identifier: MIT */
/* Owns the one way an error text is written. Never allocates, never prints. */
#include "status.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum porthole_status ph_fail(porthole_error *err, enum porthole_status status, const char *fmt,
                             ...)
{
    va_list args;

    if (!err || err->text[0])
        return status;
    va_start(args, fmt);
    vsnprintf(err->text, sizeof err->text, fmt, args);
    va_end(args);
    return status;
}

const char *ph_errno_text(int code)
{
    static _Thread_local char own[64];
    /* strerrordesc_np() is glibc 2.32's thread-safe, untranslated strerror(). */
    const char *text = strerrordesc_np(code);

    if (!text)
        return "unknown error";
    snprintf(own, sizeof own, "%s", text);
    if (islower((unsigned char)own[1])) /* "Address already in use", not "RPC version wrong" */
        own[0] = (char)tolower((unsigned char)own[0]);
    return own;
}
