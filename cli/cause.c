/* SPDX-License-Identifier: MIT */
/*
 * cause: the words. INTERFACE.md lists them; none is ever renamed.
 */
#include "cause.h"

#include <stdio.h>

static const char *const words[] = {
    [CAUSE_NONE] = "",
    [CAUSE_WAITING] = "waiting",
    [CAUSE_REFUSED] = "refused",
    [CAUSE_NO_SUCH_HOST] = "no-such-host",
    [CAUSE_NO_SOCKET] = "no-socket",
    [CAUSE_DENIED] = "denied",
    [CAUSE_NO_PROCESS] = "no-process",
    [CAUSE_UNREACHABLE] = "unreachable",
    [CAUSE_TIMEOUT_CONNECT] = "timeout-connect",
    [CAUSE_TIMEOUT_BODY] = "timeout-body",
    [CAUSE_HTTP] = "http",
    [CAUSE_TLS] = "tls",
    [CAUSE_TRUNCATED] = "truncated",
    [CAUSE_TOO_BIG] = "too-big",
    [CAUSE_BAD_JSON] = "bad-json",
    [CAUSE_NOT_PORTHOLE] = "not-porthole",
    [CAUSE_NO_SERVICE] = "no-service",
    [CAUSE_INTERNAL] = "internal",
};

void cause_word(char out[CAUSE_BYTES], enum cause cause, int status)
{
    if (cause == CAUSE_HTTP)
        snprintf(out, CAUSE_BYTES, "http-%d", status);
    else
        snprintf(out, CAUSE_BYTES, "%s", words[cause]);
}
