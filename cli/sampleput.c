/* SPDX-License-Identifier: MIT */
/*
 * sampleput: every number has a range, every text a length.
 */
#include "sampleput.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define FIELD(name) offsetof(struct sample, name)

const struct sampleput_place sampleput_texts[SAMPLEPUT_TEXTS] = {
    { "service.name", FIELD(service), sizeof((struct sample *)0)->service },
    { "service.component", FIELD(component), sizeof((struct sample *)0)->component },
    { "service.ident", FIELD(ident), sizeof((struct sample *)0)->ident },
    { "service.version", FIELD(version), sizeof((struct sample *)0)->version },
    { "service.node", FIELD(node), sizeof((struct sample *)0)->node },
    { "service.host", FIELD(host), sizeof((struct sample *)0)->host },
    { "service.started", FIELD(started), sizeof((struct sample *)0)->started },
};

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0u) == 0x80;
}

void sampleput_text(char *out, size_t room, const char *text, size_t len)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < len; i++) {
        const char *piece = text[i] == '\0' ? replacement : &text[i];
        size_t bytes = text[i] == '\0' ? 3 : 1;

        if (used + bytes >= room) {
            /* cut in front of a character, not inside it */
            while (continues(*piece) && used > 0 && continues(out[--used]))
                continue;
            out[used] = '\0';
            return;
        }
        memcpy(out + used, piece, bytes);
        used += bytes;
        out[used] = '\0';
    }
}

double sampleput_in_range(double number, double most)
{
    return number >= 0 && number <= most ? number : NAN;
}

void sampleput_fold(double *total, double value, enum vital_fold how)
{
    if (isnan(value))
        return;
    if (how == VITAL_SUM)
        *total = isnan(*total) ? value : *total + value;
    else
        *total = fmax(*total, value); /* which passes NaN over */
}

enum sample_loop sampleput_loop(const char *state)
{
    static const char *const names[] = {
        [SAMPLE_LOOP_UNKNOWN] = "",
        [SAMPLE_LOOP_IDLE] = "idle",
        [SAMPLE_LOOP_RUNNING] = "running",
        [SAMPLE_LOOP_BLOCKED] = "blocked",
    };

    for (size_t i = 1; i < COUNT(names); i++) {
        if (strcmp(state, names[i]) == 0)
            return (enum sample_loop)i;
    }
    return SAMPLE_LOOP_UNKNOWN;
}

/* Where it is no power of two it counts for the octave that holds it. */
static size_t octave_of(double le_ms)
{
    double octave = ceil(log2(le_ms / SAMPLE_OCTAVE_MS));

    return octave < 0 ? 0 : octave < SAMPLE_OCTAVES ? (size_t)octave : SAMPLE_OCTAVES - 1;
}

void sampleput_delay(struct sample *out, double le_ms, double times)
{
    if (le_ms > 0 && times > 0 && times <= SAMPLE_COUNT_MOST)
        out->delays[octave_of(le_ms)] += (float)times;
}

void sampleput_grade(struct sample *out, const char *grade)
{
    out->suspects += grade[0] != '\0';
    out->suspects_confirmed += strcmp(grade, "confirmed") == 0 || strcmp(grade, "urgent") == 0;
}

void sample_clear(struct sample *out)
{
    memset(out, 0, sizeof *out);
    out->pid = out->captured_unix_s = out->tick = NAN;
    out->suspects = out->suspects_confirmed = out->suspect.slope_per_h = NAN;
    for (size_t i = 0; i < VITALS; i++)
        out->v[i] = NAN;
}
