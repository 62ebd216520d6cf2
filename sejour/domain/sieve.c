/* The best offers of a slot for one who stands somewhere: what `best.by_arrays` finds, an offer at a time instead of an array at a time.

   `best.py`, `situation.py` and `terms.py` say what is computed and why; this says it again, for speed alone. Sums, products and roots are made in
   the same order as there and have the same bits; a logarithm may differ from NumPy's by its last one, so all that is within SLACK of the best is handed
   back, and Python scores it again. Nothing is kept between two calls. `sieve.py` has checked that the indices in a Table are within its arrays; those
   that depend on the question are checked here. Times are POSIX seconds, lengths metres. */

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#if FLT_EVAL_METHOD != 0
#error "this machine rounds its sums otherwise than NumPy"
#endif

#define SLACK 1e-9
#define LONG_AGO (-(INT64_C(1) << 62))
#define OTHERWISE (-1) /* what is asked cannot be done here: NumPy does it */

typedef int64_t whole;

typedef struct { /* a Slot, its Cells, and the numbers of its rules; columns of vectors are x, then y, then z */
    whole offers, cells, quarters, zero, columns;
    double earth, detour, distance, waiting, soon_at_most, soon, closed;
    const double *xyz;
    const whole *index, *bits, *group, *first_row;
    const whole *begin, *earliest, *last, *sort, *happens;
    const double *points, *suits;
    const whole *keys, *first;
    const double *centre, *radius, *most;
} Table;

typedef struct { /* travel.Pace, and whether the office's walks count */
    double metres_a_minute, lost, longest;
    whole on_foot;
} Mode;

typedef struct { /* a Question: the cells around it, and how many are wanted; `patience` is 0 for one who waits at the door, else what divides the
                    hours to come; `detour` that of the nearest offer that there may be */
    double x, y, z, detour, patience;
    const double *walked;
    const Mode *modes;
    whole mode_count, wanted, kinds, leave, latest, count, south, north, bands, edges[2][2];
} Question;

typedef struct { /* a row of a Situation, and its points beside those of distance */
    whole local, mode, arrive, row, begins;
    double metres, street, minutes, points, total;
} Found;

typedef struct {
    double key;
    whole what;
} Entry;

static void sift_down(Entry *heap, whole size, whole at) /* the greatest comes first */
{
    Entry moved = heap[at];
    for (whole child; (child = 2 * at + 1) < size; at = child) {
        if (child + 1 < size && heap[child + 1].key > heap[child].key) child++;
        if (!(heap[child].key > moved.key)) break;
        heap[at] = heap[child];
    }
    heap[at] = moved;
}

static void make_heap(Entry *heap, whole size)
{
    for (whole at = size / 2; at-- > 0;) sift_down(heap, size, at);
}

static double metres_to(const double *xyz, whole stride, whole i, const Table *t, const Question *q)
{
    double x = xyz[i] - q->x, y = xyz[stride + i] - q->y, z = xyz[2 * stride + i] - q->z, squared = x * x + y * y + z * z;
    return t->earth * sqrt(squared) * (1 + squared * (1.0 / 24 + squared * (3.0 / 640 + squared * (5.0 / 7168))));
}

static double nearness(double street) { return -log(street / 1000 + 0.1); }

/* situation.ways: by the first mode that gets there. */
static int reached(const Table *t, const Question *q, whole i, Found *f)
{
    f->metres = metres_to(t->xyz, t->offers, i, t, q);
    for (f->mode = 0; f->mode < q->mode_count; f->mode++) {
        const Mode *by = &q->modes[f->mode];
        f->street = f->metres * t->detour;
        if (by->on_foot && q->walked) {
            double walked = q->walked[t->index[i]];
            if (!isnan(walked)) f->street = walked > f->metres ? walked : f->metres;
        }
        f->minutes = by->lost + f->street / by->metres_a_minute;
        if (f->minutes <= by->longest) {
            f->minutes = ceil(f->minutes);
            f->arrive = q->leave + (whole)f->minutes * 60;
            return 1;
        }
    }
    return 0;
}

/* situation.in_time: the row joined first, the better known at equal times, the first of equals. */
static int in_time(const Table *t, const Question *q, whole i, Found *f)
{
    whole latest = f->arrive > q->latest ? f->arrive : q->latest;
    f->row = -1;
    for (whole row = t->first_row[i]; row < t->first_row[i + 1]; row++) {
        whole begins = t->begin[row] > f->arrive ? t->begin[row] : f->arrive;
        if (begins < t->earliest[row] || begins > t->last[row] || begins > latest) continue;
        if (f->row >= 0 && (begins > f->begins || (begins == f->begins && t->sort[row] >= t->sort[f->row]))) continue;
        f->row = row;
        f->begins = begins;
    }
    return f->row >= 0;
}

/* The `waiting` of terms.py. */
static double waiting(const Table *t, const Question *q, const Found *f)
{
    double wait = (double)(f->begins - f->arrive) / 60, soon = 1 - wait / t->soon, door = wait / t->closed;
    if (q->patience > 0) return -0.15 * wait / 60 / q->patience;
    if (t->happens[f->row] > LONG_AGO) return t->soon_at_most * (t->happens[f->row] >= f->arrive ? (soon > soon / 2 ? soon : soon / 2) : 0);
    return t->soon_at_most * (soon - 1 - (door < 1 ? door : 1));
}

static whole keep(Found *found, whole size, double least)
{
    whole kept = 0;
    for (whole n = 0; n < size; n++)
        if (found[n].total >= least) found[kept++] = found[n];
    return kept;
}

static whole cell_from(const Table *t, whole key) /* the first whose key is no less */
{
    whole low = 0, high = t->cells;
    while (low < high) {
        whole middle = (low + high) / 2;
        if (t->keys[middle] < key) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* The offers around that may be among the q->count best, and how many they are; `found` has room for more than that. Cells come in the order of what the
   best of them could score, until the rest cannot enter any more. */
whole sieve(const Table *t, const Question *q, Found *found, whole room)
{
    whole cells = 0, size = 0, scored = 0, most = cell_from(t, (q->north + 1) * t->columns) - cell_from(t, q->south * t->columns);
    double least = -INFINITY;
    if (q->count < 1 || q->bands > 2 || most < 0) return OTHERWISE;
    Entry *best = malloc((size_t)(q->count + most) * sizeof *best), *heap = best + q->count; /* of `best`, the lowest score comes first */
    if (!best) return OTHERWISE;
    for (whole row = q->south; row <= q->north; row++)
        for (whole band = 0; band < q->bands; band++) {
            whole cell = cell_from(t, row * t->columns + q->edges[band][0]), east = row * t->columns + q->edges[band][1];
            for (; cell < t->cells && t->keys[cell] < east && cells < most; cell++) {
                double apart = metres_to(t->centre, t->cells, cell, t, q) - t->radius[cell];
                heap[cells++] = (Entry){t->most[cell] + t->distance * nearness(apart > 0 ? apart * q->detour : 0), cell};
            }
        }
    make_heap(heap, cells);
    while (cells && heap[0].key >= least) {
        whole cell = heap[0].what;
        heap[0] = heap[--cells];
        if (cells) sift_down(heap, cells, 0);
        for (whole i = t->first[cell]; i < t->first[cell + 1]; i++) {
            Found f = {.local = i};
            if (!(t->bits[i] & q->kinds) || (t->bits[i] & q->wanted) != q->wanted || !reached(t, q, i, &f) || !in_time(t, q, i, &f)) continue;
            whole quarter = (f.begins - t->zero) / 900;
            if (f.begins < t->zero || quarter >= t->quarters) goto otherwise;
            f.points = t->points[f.row] + t->suits[t->group[i] * t->quarters + quarter] + t->waiting * waiting(t, q, &f);
            f.total = f.points + t->distance * nearness(f.street);
            if (!(f.total >= least)) continue;
            if (size == room && (size = keep(found, size, least)) == room) goto otherwise; /* too many equals */
            found[size++] = f;
            if (scored < q->count) {
                best[scored++] = (Entry){-f.total, i};
                if (scored == q->count) make_heap(best, scored);
            } else if (-f.total < best[0].key) {
                best[0].key = -f.total;
                sift_down(best, scored, 0);
            }
            if (scored == q->count) least = -best[0].key - SLACK;
        }
    }
    free(best);
    return keep(found, size, least);
otherwise:
    free(best);
    return OTHERWISE;
}
