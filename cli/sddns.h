/* SPDX-License-Identifier: MIT */
/**
 * dns+srv:NAME and dns+a:NAME:PORT: targets from the records of a name, asked for again every
 * 30 s.
 *
 * Threads: any; no state. A look may block beyond its timeout: the resolver of the C library
 * has its own.
 */
#ifndef SDDNS_H
#define SDDNS_H

#include "sdask.h"

/* Servers of records SRV; each target gets the label srv="NAME". */
extern const struct sdkind sddns_srv;

/* Addresses, IPv4 and IPv6. */
extern const struct sdkind sddns_a;

#endif /* SDDNS_H */
