/* SPDX-License-Identifier: MIT */
/*
 * page_gc: counts and pauses are exact; the floor is an estimate, and stands with its
 * interval.
 */
#include "page_gc.h"

#include "pagetable.h"

#include <math.h>
#include <string.h>

#define SIGNED_MOST 1e15 /* bytes an hour */

/* ---- Collections --------------------------------------------------------------------- */

PAGE_NUMBER(count, amount_count, "count", DOC_COUNT_MOST)
PAGE_NUMBER(sum, amount_ms, "sum", DOC_MS_MOST)

/* Quantiles of nothing are unknown, whatever the agent writes there. */
static void put_quantile(struct buf *out, const void *v, const char *path)
{
    const struct doc *pauses = PAGE_ROW(v)->value;

    amount_ms(out, doc_number(pauses, "count", DOC_COUNT_MOST) > 0
                       ? doc_number(pauses, path, DOC_MS_MOST)
                       : NAN);
}

#define QUANTILE(path)                                                                       \
    static PAGE_CELL(path)                                                                   \
    {                                                                                        \
        (void)user;                                                                          \
        put_quantile(out, v, #path);                                                         \
    }

QUANTILE(p50)
QUANTILE(p99)
QUANTILE(max)

static const struct table_column columns[] = {
    PAGE_WORDS("COLLECTION", 11, pagetable_cell_name),
    PAGE_FIGURES("COUNT", 5, 0, count),
    PAGE_FIGURES("CHANGE", 6, 0, pagetable_cell_change),
    PAGE_FIGURES("PAUSES", 8, 0, sum),
    PAGE_FIGURES("P50", 8, 0, p50),
    PAGE_FIGURES("P99", 8, 0, p99),
    PAGE_FIGURES("LONGEST", 8, 0, max),
};

static const struct pagetable_list kinds = {
    .name = "pause_ms",
    .noun = "kinds",
    .figure = "count",
    .columns = columns,
    .count = sizeof columns / sizeof columns[0],
};

/* ---- Rates --------------------------------------------------------------------------- */

static void put_share(struct buf *line, double share)
{
    if (isnan(share))
        buf_puts(line, "-");
    else if (share > 0 && share < 0.0001)
        buf_puts(line, "less than 0.01%");
    else
        buf_printf(line, share < 0.0995 ? "%.2g%%" : "%.0f%%", 100 * share);
}

static void put_rates(struct page *page, const struct doc *thread)
{
    struct buf line = { 0 };

    put_share(&line, doc_number(thread, "gc.time_share", 1.001));
    buf_puts(&line, " of the last minute spent in collections; allocated ");
    amount_bytes(&line, doc_number(thread, "gc.allocated_bytes_per_s", DOC_BYTES_MOST));
    buf_puts(&line, "/s, promoted ");
    amount_bytes(&line, doc_number(thread, "gc.promoted_bytes_per_s", DOC_BYTES_MOST));
    buf_puts(&line, "/s; so far ");
    page_bytes(&line, page, "allocated",
               doc_number(thread, "heap.allocated_bytes", DOC_BYTES_MOST));
    buf_puts(&line, " and ");
    page_bytes(&line, page, "promoted",
               doc_number(thread, "heap.promoted_bytes", DOC_BYTES_MOST));
    page_line(page, &line);
    buf_fini(&line);
}

/* ---- The floor ----------------------------------------------------------------------- */

static double slope_at(const struct doc *floor, const char *path)
{
    double value = doc_value(doc_at(floor, path));

    return fabs(value) <= SIGNED_MOST ? value : NAN;
}

static void put_signed(struct buf *line, double value, const char *sign)
{
    if (isnan(value))
        buf_puts(line, "-");
    else
        buf_printf(line, "%s%.1f", value > 0 ? sign : "", value);
}

/* "+1.2 MB/h (0.8..1.5)": one unit for the three. */
static void put_slope(struct buf *line, const struct doc *floor)
{
    double slope = slope_at(floor, "slope_bytes_per_hour");
    double low = slope_at(floor, "slope_low"), high = slope_at(floor, "slope_high");
    double most = fmax(fabs(slope), fmax(fabs(low), fabs(high)));
    struct amount_unit unit = amount_unit_of(isnan(most) ? 0 : most);

    put_signed(line, slope / unit.bytes, "+");
    buf_printf(line, " %s/h (", unit.name);
    put_signed(line, low / unit.bytes, "");
    buf_puts(line, "..");
    put_signed(line, high / unit.bytes, "");
    buf_puts(line, ")");
}

static void put_floor(struct page *page, const struct doc *floor)
{
    double bytes = doc_number(floor, "bytes", DOC_BYTES_MOST);
    double window_s = doc_number(floor, "window_s", 1e9);
    struct amount_unit unit = amount_unit_of(isnan(bytes) ? 0 : bytes);
    struct buf line = { 0 };

    if (isnan(bytes)) {
        buf_puts(&line, "floor -: needs full collections in four different minutes");
    } else {
        buf_printf(&line, "floor %.1f %s, ", bytes / unit.bytes, unit.name);
        put_slope(&line, floor);
        buf_puts(&line, " over ");
        if (isnan(window_s))
            buf_puts(&line, "-");
        else
            buf_printf(&line, "%.0f min", window_s / 60);
        buf_puts(&line, ", ");
        amount_count(&line, doc_number(floor, "samples", DOC_COUNT_MOST));
        buf_puts(&line, " samples");
    }
    page_line(page, &line);
    buf_fini(&line);
}

/* ---- gcstats ------------------------------------------------------------------------- */

static void put_extreme(struct buf *line, const struct page *page, const struct doc *extreme,
                        const char *label)
{
    buf_printf(line, ", %s ", label);
    amount_bytes(line, doc_number(extreme, "bytes", DOC_BYTES_MOST));
    if (doc_text(extreme, "when", NULL)[0] != '\0') {
        buf_puts(line, " at ");
        page_text(line, page, extreme, "when");
    }
}

/* Under the names that its users know. */
static void put_gcstats(struct page *page, const struct doc *gc)
{
    static const char *const counts[] = { "num_full_gc", "num_inc_gc", "num_minor_gc",
                                          "heap_compactions" };
    double trend = doc_value(doc_at(gc, "usage_trend"));
    struct buf line = { 0 };

    buf_puts(&line, "gcstats: ");
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        buf_printf(&line, "%s%s ", i > 0 ? ", " : "", counts[i]);
        page_count(&line, page, counts[i], doc_number(gc, counts[i], DOC_COUNT_MOST));
    }
    buf_puts(&line, ", usage_trend ");
    if (isnan(trend))
        buf_puts(&line, "-");
    else
        buf_printf(&line, "%.4g", trend);
    buf_puts(&line, ", estimated_base ");
    amount_bytes(&line, doc_number(gc, "estimated_base", DOC_BYTES_MOST));
    put_extreme(&line, page, doc_at(gc, "min"), "min");
    put_extreme(&line, page, doc_at(gc, "max"), "max");
    page_line(page, &line);
    buf_fini(&line);
}

/* ---- The page ------------------------------------------------------------------------ */

static void put_thread(struct page *page, const struct doc *thread)
{
    const struct doc *gc = doc_at(thread, "gc");

    put_floor(page, doc_at(gc, "floor"));
    put_rates(page, thread);
    put_gcstats(page, gc);
    pagetable(page, gc, &kinds);
}

void page_gc(struct page *page)
{
    page_heading(page);
    page_threads(page, put_thread);
}
