/* SPDX-License-Identifier: MIT */
#include "recording.h"

#include <math.h>
#include <stdlib.h>

#define FOLDER "test/corpus/recorded/"

FILE *recording_open(const char *name)
{
    char path[128];

    snprintf(path, sizeof path, FOLDER "%s.csv", name);
    return fopen(path, "r");
}

/* The field at *at, which is moved behind its comma; NaN: empty, or no number. */
static double field(char **at)
{
    char *end;
    double x = strtod(*at, &end);

    if (end == *at)
        x = NAN;
    *at = *end == ',' ? end + 1 : end;
    return x;
}

bool recording_next(FILE *recording, double *t_s, double *value, double *load)
{
    char line[128], *at;

    while (fgets(line, sizeof line, recording)) {
        at = line;
        *t_s = field(&at);
        *value = field(&at);
        *load = field(&at);
        if (!isnan(*t_s)) /* the header is none */
            return true;
    }
    fclose(recording);
    return false;
}
