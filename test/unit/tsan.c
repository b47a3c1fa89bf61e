/* SPDX-License-Identifier: MIT */
/* Holds what ThreadSanitizer calls a race and is none. It takes a descriptor's number for
 * memory: asking for the state of a number while another thread closes it is a race to it.
 * The census of descriptors does just that, and copes with any answer. */
#include <stddef.h> /* not an empty file without TSan */

#if defined(__SANITIZE_THREAD__)
__attribute__((visibility("default"))) const char *__tsan_default_suppressions(void);

const char *__tsan_default_suppressions(void)
{
    return "race:scan_one\n" /* fstat() of whatever is open, agent/fdscan.c */
           "race:classify\n"; /* getsockopt() of the same, agent/collect_sockets.c */
}
#endif
