/* SPDX-License-Identifier: MIT */
/*
 * Measures growth. Columns are scaled to some 1, so that the normal equations are well
 * conditioned, and the clock runs from -1 to 1.
 */
#include "growth.h"

#include <math.h>
#include <string.h>

#include "fit.h"
#include "inertia.h"
#include "shape.h"
#include "steps.h"

#define DAY_H 24.0
#define LEAST_POINTS 12u
#define LOOK_CLOSER 3.0     /* standard errors: what rises by less is not looked at further */
#define LEAST_ERRORS 0.1
#define FLAT 0.005          /* a load that varies by less explains nothing */
#define STEPS 4u            /* that are few; more where a stretch lasts for days */
#define LONG_H 0.9
#define DESIGNS 30u         /* that are tried: (harmonics + 1) * (loads + 1) * 2 clocks */
#define AS_GOOD 10.0        /* by the criterion: hardly worse */
#define PI 3.14159265358979323846

enum { ONE, CLOCK, BESIDE };    /* columns; from BESIDE on what does not grow */

/* The points of a stretch, and what they are described by. */
struct points {
    size_t n;
    size_t place[PH_BUCKETS];
    double width_h;
    double y[PH_BUCKETS];
    double hour[PH_BUCKETS];        /* before the end of the stretch: negative */
    double load[PH_BUCKETS];        /* by its mean; 1 if not known */
    double before[PH_BUCKETS];      /* of the bucket before */
    double work[PH_BUCKETS];        /* done before the bucket: it is least at its beginning */
    double mean_load;
    bool   load_known, load_varies;
};

static double quantum_of(enum ph_growth_kind kind, double level)
{
    return kind == PH_GROWTH_COUNT ? 0.3 : fmax(1e-4 * fabs(level), 1e-9);
}

/* ---- Points ------------------------------------------------------------------------- */

static bool take_load(const struct ph_stretch *s, struct points *p)
{
    double sum = 0;
    size_t known = 0;

    for (size_t i = 0; i < p->n; i++) {
        double load = s->load[p->place[i]];

        if (isfinite(load)) {
            sum += load;
            known++;
        }
    }
    p->mean_load = known ? sum / (double)known : 0;
    return known * 10 >= p->n * 9 && p->mean_load > 0;
}

static double load_at(const struct ph_stretch *s, const struct points *p, size_t place)
{
    return isfinite(s->load[place]) ? s->load[place] / p->mean_load : 1;
}

/* Work goes on where the value has gaps. */
static void sum_work(const struct ph_stretch *s, struct points *p)
{
    double done = 0;
    size_t place = p->place[0];

    for (size_t i = 0; i < p->n; i++) {
        for (; place < p->place[i]; place++)
            done += load_at(s, p, place) * p->width_h;
        p->work[i] = done;
    }
}

static void describe_load(const struct ph_stretch *s, struct points *p)
{
    double squares = 0;

    p->load_known = take_load(s, p);
    p->load_varies = false;
    for (size_t i = 0; i < p->n; i++) {
        size_t place = p->place[i];

        p->load[i] = p->load_known ? load_at(s, p, place) : 1;
        p->before[i] = p->load_known && place ? load_at(s, p, place - 1) : p->load[i];
        squares += (p->load[i] - 1) * (p->load[i] - 1);
    }
    p->load_varies = p->load_known && sqrt(squares / (double)p->n) > FLAT;
    if (p->load_varies)
        sum_work(s, p);
}

static bool take_points(const struct ph_stretch *s, struct points *p)
{
    p->n = 0;
    p->width_h = ph_level_s[s->level] / 3600.0;
    for (size_t i = 0; i < PH_BUCKETS; i++) {
        if (!isfinite(s->value[i]))
            continue;
        p->place[p->n] = i;
        p->y[p->n] = s->value[i];
        p->hour[p->n] = ((double)i - (PH_BUCKETS - 0.5)) * p->width_h;
        p->n++;
    }
    if (p->n < LEAST_POINTS)
        return false;
    describe_load(s, p);
    return true;
}

/* ---- Models ------------------------------------------------------------------------- */

/* What stands beside the line. */
struct model {
    bool by_work;
    unsigned loads;         /* of them, 0 .. PH_LOAD_TERMS: see load_term() */
    unsigned harmonics;     /* of a day */
};

static const double *clock_of(const struct points *p, const struct model *m)
{
    return m->by_work ? p->work : p->hour;
}

static double load_term(const struct points *p, unsigned term, size_t i)
{
    switch (term) {
    case 0:
        return p->load[i] - 1;
    case 1:
        return sqrt(p->load[i]) - 1;
    case 2:
        return p->load[i] * p->load[i] - 1;
    default:
        return p->before[i] - 1;
    }
}

static void add_loads(const struct points *p, unsigned loads, struct ph_design *d)
{
    for (unsigned term = 0; term < loads; term++)
        for (size_t i = 0; i < p->n; i++)
            d->x[d->terms + term][i] = load_term(p, term, i);
    d->terms += loads;
}

static void add_harmonics(const struct points *p, unsigned harmonics, struct ph_design *d)
{
    for (unsigned h = 1; h <= harmonics; h++) {
        for (size_t i = 0; i < p->n; i++) {
            double angle = 2 * PI * h * p->hour[i] / DAY_H;

            d->x[d->terms][i] = sin(angle);
            d->x[d->terms + 1][i] = cos(angle);
        }
        d->terms += 2;
    }
}

/* The clock from -1 to 1. */
static void set_clock(const double *clock, size_t n, double *x)
{
    double middle = (clock[0] + clock[n - 1]) / 2, half = (clock[n - 1] - clock[0]) / 2;

    for (size_t i = 0; i < n; i++)
        x[i] = (clock[i] - middle) / half;
}

static void design(const struct points *p, const struct model *m, double quantum,
                   struct ph_design *d)
{
    d->n = p->n;
    d->quantum = quantum;
    d->terms = BESIDE;
    memcpy(d->place, p->place, sizeof d->place);
    memcpy(d->y, p->y, sizeof d->y);
    for (size_t i = 0; i < p->n; i++)
        d->x[ONE][i] = 1;
    set_clock(clock_of(p, m), p->n, d->x[CLOCK]);
    add_loads(p, m->loads, d);
    add_harmonics(p, m->harmonics, d);
}

struct chosen {
    struct model     model;
    struct ph_design design;
    struct ph_fit    fit;
    double           information;
    bool             any;
    size_t           n_tried;
    double           tried_information[DESIGNS], tried_slope[DESIGNS];
};

static void consider(const struct points *p, struct model m, double quantum,
                     struct chosen *best)
{
    struct ph_design d;
    struct ph_fit fit;
    double said;

    design(p, &m, quantum, &d);
    if (!ph_fit(&d, false, &fit))
        return;
    said = ph_criterion(fit.sum_squares, d.n, quantum, (double)d.terms);
    best->tried_information[best->n_tried] = said;
    best->tried_slope[best->n_tried++] = fit.coefficient[CLOCK];
    if (best->any && said >= best->information)
        return;
    best->model = m;
    best->design = d;
    best->fit = fit;
    best->information = said;
    best->any = true;
}

static void choose(const struct points *p, double quantum, struct chosen *best)
{
    double span_h = p->hour[p->n - 1] - p->hour[0];
    unsigned harmonics = span_h >= PH_DAYS_FROM_H && p->width_h < DAY_H / 4 ? 2 : 0;

    best->any = false;
    best->n_tried = 0;
    for (unsigned h = 0; h <= harmonics; h++) {
        for (unsigned loads = 0; loads <= (p->load_varies ? PH_LOAD_TERMS : 0u); loads++) {
            consider(p, (struct model){ false, loads, h }, quantum, best);
            if (p->load_varies)
                consider(p, (struct model){ true, loads, h }, quantum, best);
        }
    }
}

/* Of those that say nearly as much. */
static double least_slope(const struct chosen *c)
{
    double least = INFINITY;

    for (size_t i = 0; i < c->n_tried; i++)
        if (c->tried_information[i] < c->information + AS_GOOD)
            least = fmin(least, c->tried_slope[i]);
    return least;
}

/* ---- Measures ------------------------------------------------------------------------ */

static void measure_line(const struct points *p, const struct chosen *c, struct ph_growth *out)
{
    const struct ph_fit *fit = &c->fit;
    double per_h = 2 / out->span_h;

    out->slope_per_h = fit->coefficient[CLOCK] * per_h;
    out->least_slope = least_slope(c) * per_h;
    out->error = fit->error[CLOCK] * per_h;
    out->bent_error = out->worst_error = out->error;
    out->plain_error = out->error * sqrt((1 - fit->rho) / (1 + fit->rho));
    out->n_eff = fit->n_eff - (double)c->design.terms;
    out->sigma = fit->sigma;
    out->rise = out->slope_per_h * out->span_h;
    out->by_work = c->model.by_work;
    out->level = p->y[p->n - 1] - fit->residual[p->n - 1];
}

/* A slope that is known to be there, by how sure it is: a standard error. */
static double error_of(double slope, double errors)
{
    return slope / fmax(errors, LEAST_ERRORS);
}

static void measure_doubt(const struct chosen *c, struct ph_growth *out)
{
    struct ph_inertia sure = ph_inertia_errors(&c->design, &c->fit, CLOCK);

    out->error = error_of(out->slope_per_h, sure.likely);
    out->worst_error = error_of(out->slope_per_h, sure.least);
}

/* How the slope changes: beside the line a parabola. What it takes in is no noise: neighbours
 * that are alike because the line is bent do not make the slope less sure. */
static void measure_ending(const struct chosen *c, struct ph_growth *out)
{
    struct ph_design d = c->design;
    double line = c->fit.coefficient[CLOCK], mean = 0;
    struct ph_fit bent;
    double *square = d.x[d.terms];

    out->ending = 1;
    out->ending_error = INFINITY;
    if (d.terms == PH_FIT_TERMS || line == 0)
        return;
    for (size_t i = 0; i < d.n; i++)
        mean += square[i] = d.x[CLOCK][i] * d.x[CLOCK][i];
    for (size_t i = 0; i < d.n; i++)
        square[i] -= mean / (double)d.n;
    d.terms++;
    if (!ph_fit(&d, true, &bent))
        return;
    out->bent_error = error_of(out->slope_per_h, ph_inertia_errors(&d, &bent, CLOCK).likely);
    out->ending = (bent.coefficient[CLOCK] + 2 * bent.coefficient[d.terms - 1]) / line;
    out->ending_error = 2 * bent.error[d.terms - 1] / fabs(line);
}

/* What grows, without what stands beside it. */
static void keep_course(const struct points *p, const struct chosen *c, struct ph_course *out)
{
    out->n = p->n;
    out->quantum = c->design.quantum;
    out->width_h = p->width_h;
    out->inflation = sqrt((1 + c->fit.rho) / (1 - c->fit.rho));
    memcpy(out->clock, clock_of(p, &c->model), sizeof out->clock);
    memcpy(out->hour, p->hour, sizeof out->hour);
    memcpy(out->value, p->y, sizeof out->value);
    out->n_beside = c->design.terms - BESIDE;
    memcpy(out->beside, c->design.x[BESIDE], out->n_beside * sizeof out->beside[0]);
    for (size_t i = 0; i < p->n; i++)
        out->grown[i] = c->fit.residual[i] + c->fit.coefficient[CLOCK] * c->design.x[CLOCK][i];
}

void ph_growth_course(const struct ph_course *c, struct ph_growth *out)
{
    size_t most = c->width_h < LONG_H ? STEPS : PH_STEPS;
    struct ph_stairs stairs;
    struct ph_bend bend;
    double pace;

    ph_shape_bend(c->clock, c->grown, c->n, c->quantum, &bend);
    pace =
        (c->clock[c->n - 1] - c->clock[bend.since]) / (c->hour[c->n - 1] - c->hour[bend.since]);
    out->since_h = c->width_h / 2 - c->hour[bend.since];
    out->since_slope = bend.slope * pace;
    out->since_error = bend.error * pace * c->inflation;
    stairs = (struct ph_stairs){ c->n,     most,        c->quantum, c->value,
                                 c->grown, c->n_beside, c->beside };
    out->stepwise = ph_steps_fit_better(&stairs, &bend);
}

static void measure_load(const struct points *p, struct ph_growth *out)
{
    double squares = 0;
    unsigned harmonics = out->span_h >= PH_DAYS_FROM_H && p->width_h < DAY_H / 4 ? 2 : 0;
    struct model m = { .harmonics = harmonics };
    struct ph_design d;
    struct ph_fit fit;

    out->load_known = p->load_known;
    out->load_rise = out->load_spread = 0;
    if (!p->load_varies)
        return;
    for (size_t i = 0; i < p->n; i++)
        squares += (p->load[i] - 1) * (p->load[i] - 1);
    out->load_spread = sqrt(squares / (double)p->n);
    design(p, &m, 1e-3, &d);
    memcpy(d.y, p->load, sizeof d.y);
    if (ph_fit(&d, true, &fit) && fit.coefficient[CLOCK] > 1.5 * fit.error[CLOCK])
        out->load_rise = 2 * fit.coefficient[CLOCK];
}

bool ph_growth_measure(const struct ph_stretch *stretch, enum ph_growth_kind kind,
                       struct ph_growth *out, struct ph_course *course)
{
    struct points p;
    struct chosen c;

    if (!take_points(stretch, &p))
        return false;
    choose(&p, quantum_of(kind, p.y[p.n - 1]), &c);
    if (!c.any || !ph_fit(&c.design, true, &c.fit))
        return false;
    memset(out, 0, sizeof *out);
    out->n = p.n;
    out->span_h = p.hour[p.n - 1] - p.hour[0];
    measure_line(&p, &c, out);
    measure_load(&p, out);
    if (out->slope_per_h > LOOK_CLOSER * out->plain_error) {
        measure_doubt(&c, out);
        measure_ending(&c, out);
    }
    keep_course(&p, &c, course);
    return true;
}
