/* SPDX-License-Identifier: MIT */
/* Owns the one way an error text is written. Never allocates, never prints. */
#include "status.h"

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
    /* strerrordesc_np() is glibc 2.32's thread-safe, untranslated strerror(). */
    const char *text = strerrordesc_np(code);

    return text ? text : "unknown error";
}
