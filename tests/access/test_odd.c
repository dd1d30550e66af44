// Odd areas by chance, against a slow way of another kind: areas are boxes with boxes cut out, so that
// their share of a cell is a product of lengths. Areas smaller than a cell, half off the grid or
// wholly, in several parts with holes, on barriers alone; edges on cell edges and between them;
// oblong cells; people nowhere. Nobody is made or lost, no area vanishes.
#include "ground.h"

#include <float.h>

enum { COLS = 9, ROWS = 7, CELLS = COLS * ROWS, AREAS = 12, BOXES = 3 * AREAS, ROUNDS = 400 };

struct box {
    double west, south, east, north;
    size_t area;
    bool hole;
};

struct scene {
    uint32_t seed;
    ig_frame frame;
    struct box box[BOXES];
    size_t boxes;
    size_t area_start[AREAS + 1], ring_start[BOXES + 1];
    double x[5 * BOXES], y[5 * BOXES];
    char code[AREAS][8];
    const char *codes[AREAS];
    ig_rings rings;
    struct shapes shapes;
    float minutes[CELLS], pace[CELLS], residents[CELLS], people[CELLS];
    struct ground ground;
};

static ig_ctx *ctx;
static ig_cover *cover; ///< NULL but where it is tried

static bool chance(struct scene *s, double share)
{
    return uniform(&s->seed) < share;
}

static void put_box(struct scene *s, size_t area, double west, double south, double east,
                    double north, bool hole)
{
    assert_true(s->boxes < BOXES);
    s->box[s->boxes] = (struct box){west, south, east, north, area, hole};
    // any corner first, either way round
    const double x[4] = {west, east, east, west}, y[4] = {south, south, north, north};
    const size_t from = next(&s->seed) % 4, step = chance(s, .5) ? 1 : 3, at = 5 * s->boxes;
    for (size_t i = 0; i < 5; i++) {
        s->x[at + i] = x[(from + i * step) % 4];
        s->y[at + i] = y[(from + i * step) % 4];
    }
    s->boxes++;
    s->ring_start[s->boxes] = 5 * s->boxes;
}

static void end_area(struct scene *s, size_t area)
{
    s->area_start[area + 1] = s->boxes;
    snprintf(s->code[area], sizeof s->code[area], "A%02zu", area);
    s->codes[area] = s->code[area];
    s->rings = (ig_rings){area + 1, s->area_start, s->ring_start, s->x, s->y};
    s->shapes = (struct shapes){&s->rings, s->codes};
}

/// A place along an axis: on an edge between cells as often as not, and beyond the grid at times.
static double place(struct scene *s, double from, double step, int cells)
{
    const double at = uniform(&s->seed) * (cells + 4) - 2;
    return from + step * (chance(s, .5) ? floor(at) : at);
}

/// Up to two boxes that do not meet, each with a hole perhaps.
static void put_area(struct scene *s, size_t area)
{
    const ig_frame *f = &s->frame;
    const double south = f->north - (double)f->rows * f->dy;
    double last = -INFINITY;
    for (int part = 0; part < 2 && (part == 0 || chance(s, .4)); part++) {
        double west = place(s, f->west, f->dx, COLS), low = place(s, south, f->dy, ROWS);
        if (part && west < last) west = last; // parts may touch
        const bool tiny = chance(s, .25);
        const double wide = f->dx * (tiny ? .01 + .2 * uniform(&s->seed) : 1 + next(&s->seed) % 4);
        const double high = f->dy * (tiny ? .01 + .2 * uniform(&s->seed) : 1 + next(&s->seed) % 4);
        last = west + wide;
        put_box(s, area, west, low, west + wide, low + high, false);
        if (part == 0 && chance(s, .4))
            put_box(s, area, west + wide * .25, low + high * .25, west + wide * .5,
                    low + high * .75, true);
    }
    end_area(s, area);
}

/// Areas that share their sides and leave nothing between: strips cut anywhere, sides to the last bit.
static void put_partition(struct scene *s)
{
    const ig_frame *f = &s->frame;
    const double south = f->north - (double)f->rows * f->dy;
    double west = f->west;
    for (size_t a = 0; a < AREAS; a++) {
        const double left = f->west + f->dx * COLS - west;
        double east = west + left * uniform(&s->seed) * .4;
        if (chance(s, .3)) east = f->west + f->dx * ceil((east - f->west) / f->dx); // a cell edge
        if (a + 1 == AREAS || east > f->west + f->dx * COLS) east = f->west + f->dx * COLS;
        if (east > west) put_box(s, a, west, south, east, f->north, false);
        end_area(s, a); // those to the east of the last may have no shape
        west = east;
    }
}

static struct scene *scene_new(uint32_t seed, bool partition)
{
    struct scene *s = ig_alloc(1, sizeof *s);
    assert_non_null(s);
    s->seed = seed * 2654435761u + 12345u;
    const double sides[] = {1, 25, 50, 100, 33.3};
    s->frame = (ig_frame){COLS, ROWS, 400000, 300000, 1, 1};
    s->frame.dx = sides[next(&s->seed) % 5];
    s->frame.dy = chance(s, .5) ? s->frame.dx : sides[next(&s->seed) % 5];
    if (partition)
        put_partition(s);
    else
        for (size_t a = 0; a < AREAS; a++)
            put_area(s, a);
    const bool nobody = chance(s, .05), barred = chance(s, .05);
    for (size_t c = 0; c < CELLS; c++) {
        s->pace[c] = barred || chance(s, .3) ? NAN : 1.0f;
        s->residents[c] = chance(s, .5) ? 0.0f : (float)uniform(&s->seed);
        s->minutes[c] = isnan(s->pace[c]) || chance(s, .2) ? NAN : (float)(next(&s->seed) % 20);
        s->people[c] = nobody || chance(s, .3) ? 0.0f : (float)(uniform(&s->seed) * 9);
        if (chance(s, .1)) s->people[c] = NAN;
    }
    s->ground = (struct ground){&s->frame, s->minutes, chance(s, .7) ? s->pace : NULL, NULL};
    if (s->ground.pace && chance(s, .5)) s->ground.residents = s->residents;
    return s;
}

// ---- the slow way -------------------------------------------------------------------------------

static double overlap(double a, double b, double c, double d)
{
    return fmax(0, fmin(b, d) - fmax(a, c));
}

static double share_of(const struct scene *s, const ig_frame *f, size_t area, int64_t col,
                       int64_t row)
{
    const double west = f->west + (double)col * f->dx, north = f->north - (double)row * f->dy;
    double size = 0;
    for (size_t i = 0; i < s->boxes; i++) {
        const struct box *b = &s->box[i];
        if (b->area != area) continue;
        const double common = overlap(b->west, b->east, west, west + f->dx) *
                              overlap(b->south, b->north, north - f->dy, north);
        size += b->hole ? -common : common;
    }
    const double share = size / (f->dx * f->dy);
    return share < 1e-10 ? 0 : share;
}

/// Share of a cell's people: all areas together give away whole what they cover to a hair.
static double given(const struct scene *s, const ig_frame *f, size_t area, int64_t cell)
{
    const int64_t col = cell % COLS, row = cell / COLS;
    const double here = share_of(s, f, area, col, row);
    double covered = 0;
    for (size_t a = 0; here > 0 && a < AREAS; a++)
        covered += share_of(s, f, a, col, row);
    return here > 0 && fabs(covered - 1) < 1e-5 ? here / covered : here;
}

struct expected {
    double people, reached, unreached, moment, at[20]; ///< people by minute
};

static void stand_at(struct expected *e, float minutes, double people)
{
    if (isnan(minutes)) {
        e->unreached += people;
        return;
    }
    e->reached += people;
    e->moment += people * (double)minutes;
    e->at[(int)minutes] += people;
}

static struct expected expect_grid(const struct scene *s, size_t area)
{
    struct expected e = {0};
    for (int64_t c = 0; c < CELLS; c++) {
        const double here = given(s, &s->frame, area, c);
        if (!(s->people[c] > 0) || here <= 0) continue;
        e.people += here * (double)s->people[c];
        stand_at(&e, s->minutes[c], here * (double)s->people[c]);
    }
    return e;
}

static double weight(const struct scene *s, size_t area, int64_t c, bool by_residents)
{
    const double here = share_of(s, &s->frame, area, c % COLS, c / COLS);
    if (!s->ground.pace) return here;
    if (isnan(s->pace[c])) return 0;
    return by_residents ? here * (double)s->residents[c] : here;
}

static struct expected expect_table(const struct scene *s, size_t area, double people)
{
    struct expected e = {.people = people};
    double total = 0;
    bool by_residents = s->ground.residents != NULL;
    for (int round = 0; round < 2 && !(total > 0); round++) {
        if (round) by_residents = false; // nobody may live anywhere: evenly then
        for (int64_t c = 0; c < CELLS; c++)
            total += weight(s, area, c, by_residents);
    }
    for (int64_t c = 0; c < CELLS && total > 0; c++) {
        const double here = weight(s, area, c, by_residents) / total * people;
        if (here > 0) stand_at(&e, s->minutes[c], here);
    }
    if (!(total > 0)) e.unreached = people;
    return e;
}

// ---- the comparison -----------------------------------------------------------------------------

static void check_row(const ig_access_row *row, const struct expected *e, double threshold)
{
    const double dust = 1e-9 * fmax(1, e->people);
    assert_near(row->people, e->people, dust);
    assert_near(row->people_reached, e->reached, dust);
    assert_near(row->people_unreached, e->unreached, dust);
    assert_near(row->people_reached + row->people_unreached, row->people, dust);
    assert_non_null(row->status);
    if (!(e->reached > 1e-6)) return;
    assert_near(row->minutes_mean, e->moment / e->reached, 1e-7);
    double below = 0, within = 0;
    for (int m = 0; m < 20; m++) {
        if (m < (int)row->minutes_median) below += e->at[m];
        if (m <= threshold) within += e->at[m];
    }
    assert_true(below < .5 * e->reached * (1 + 1e-9));
    assert_true(below + e->at[(int)row->minutes_median] > .5 * e->reached * (1 - 1e-9));
    assert_near(row->within[0], 100 * within / e->people, 1e-6);
}

static ig_access *access_of(const struct scene *s, const ig_people *people)
{
    const double threshold = 10;
    ig_access *access = NULL;
    if (ig_access_over(ctx, &s->shapes, &s->ground, people, cover, &threshold, 1, true, false,
                       &access))
        fail_msg("%s", ig_ctx_message(ctx));
    assert_int_equal(access->areas, s->rings.areas); // none has vanished
    return access;
}

static bool meets_grid(const struct scene *s)
{
    for (size_t a = 0; a < s->rings.areas; a++)
        for (int64_t c = 0; c < CELLS; c++)
            if (share_of(s, &s->frame, a, c % COLS, c / COLS) > 0) return true;
    return false;
}

static void check_scene(const struct scene *s)
{
    const ig_grid grid = {.frame = s->frame, .cells = (float *)(uintptr_t)s->people};
    ig_access *a = access_of(s, &(ig_people){.grid = &grid});
    double by_area[AREAS], all = 0, unreached = 0;
    for (size_t i = 0; i < AREAS; i++) {
        const struct expected e = expect_grid(s, i);
        check_row(&a->rows[i], &e, 10);
        all += e.people;
        unreached += e.unreached;
        by_area[i] = i % 5 == 4 ? 0 : 10.0 * (double)(i + 1);
    }
    assert_near(a->people, all, 1e-9 * fmax(1, all));
    assert_near(a->people_unreached, unreached, 1e-9 * fmax(1, all));
    ig_access_free(a);

    a = access_of(s, &(ig_people){.by_area = by_area});
    double sum = 0;
    for (size_t i = 0; i < AREAS; i++) {
        const struct expected e = expect_table(s, i, by_area[i]);
        check_row(&a->rows[i], &e, 10);
        sum += by_area[i];
        if (e.reached > 0) assert_string_equal(a->rows[i].status, "ok");
        if (by_area[i] > 0 && !(e.reached > 0)) assert_string_not_equal(a->rows[i].status, "ok");
    }
    assert_near(a->people, sum, 1e-9 * sum);
    assert_near(a->people_reached + a->people_unreached, sum, 1e-9 * sum);
    ig_access_free(a);
}

static void odd_areas_have_their_people_and_times(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= ROUNDS; seed++) {
        struct scene *s = scene_new(seed, false);
        if (meets_grid(s)) check_scene(s);
        ig_free(s);
    }
}

static double grid_total(const ig_grid *grid)
{
    double sum = 0;
    for (int64_t c = 0; c < ig_frame_cells(&grid->frame); c++)
        if (grid->cells[c] > 0) sum += (double)grid->cells[c];
    return sum;
}

static void areas_that_share_their_sides_lose_nobody(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= ROUNDS; seed++) {
        struct scene *s = scene_new(seed, true);
        check_scene(s);
        const ig_grid grid = {.frame = s->frame, .cells = s->people};
        const double all = grid_total(&grid);
        ig_access *a = access_of(s, &(ig_people){.grid = &grid});
        assert_near(a->people + a->people_outside, all, 1e-9 * fmax(1, all));
        assert_near(a->people_outside, 0, 1e-9 * fmax(1, all));
        ig_access_free(a);
        ig_free(s);
    }
}

/// People of another frame: finer, coarser, moved, of other sides. False where no area has any.
static bool other_people(struct scene *s, ig_frame *frame, float *cells)
{
    *frame = s->frame;
    frame->dx *= .3 + 2 * uniform(&s->seed);
    frame->dy *= .3 + 2 * uniform(&s->seed);
    frame->west += s->frame.dx * (uniform(&s->seed) * 2 - 1);
    frame->north += s->frame.dy * (uniform(&s->seed) * 2 - 1);
    for (size_t c = 0; c < CELLS; c++)
        cells[c] = chance(s, .3) ? 0.0f : (float)(uniform(&s->seed) * 9);
    for (size_t i = 0; i < AREAS; i++)
        for (int64_t c = 0; c < CELLS; c++)
            if (share_of(s, frame, i, c % COLS, c / COLS) > 0) return true;
    return false;
}

/// Where in a cell of theirs people stand is for the room to say: their number and bounds are not.
static void check_kept(const struct scene *s, const ig_grid *grid, size_t area,
                       const ig_access_row *row)
{
    double people = 0, least = INFINITY, most = -INFINITY;
    for (int64_t c = 0; c < CELLS; c++) {
        people += given(s, &grid->frame, area, c) * (double)grid->cells[c];
        if (isnan(s->minutes[c])) continue;
        least = fmin(least, (double)s->minutes[c]);
        most = fmax(most, (double)s->minutes[c]);
    }
    const double dust = 1e-9 * fmax(1, people);
    assert_near(row->people, people, dust);
    assert_near(row->people_reached + row->people_unreached, row->people, dust);
    assert_true(row->people_reached >= 0 && row->people_unreached >= 0);
    if (row->people_reached > 0)
        assert_true(row->minutes_mean >= least * (1 - 1e-12) &&
                    row->minutes_mean <= most * (1 + 1e-12));
}

static void people_of_any_frame_are_kept(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= ROUNDS; seed++) {
        struct scene *s = scene_new(seed, seed % 2);
        float cells[CELLS];
        ig_frame own;
        if (other_people(s, &own, cells) && meets_grid(s)) {
            const ig_grid grid = {.frame = own, .cells = cells};
            ig_access *a = access_of(s, &(ig_people){.grid = &grid});
            for (size_t i = 0; i < AREAS; i++)
                check_kept(s, &grid, i, &a->rows[i]);
            const double all = grid_total(&grid);
            if (seed % 2) // areas that do not overlap
                assert_near(a->people + a->people_outside, all, 1e-9 * fmax(1, all));
            ig_access_free(a);
        }
        ig_free(s);
    }
}

static bool same_rows(const ig_access *a, const ig_access *b)
{
    bool same = a->areas == b->areas && a->people_outside == b->people_outside;
    for (size_t i = 0; same && i < a->areas; i++) {
        const ig_access_row *p = &a->rows[i], *q = &b->rows[i];
        same = p->people == q->people && p->people_reached == q->people_reached &&
               p->people_unreached == q->people_unreached && strcmp(p->status, q->status) == 0 &&
               memcmp(&p->minutes_mean, &q->minutes_mean, sizeof(double)) == 0 &&
               memcmp(&p->minutes_median, &q->minutes_median, sizeof(double)) == 0 &&
               memcmp(p->within, q->within, sizeof(double)) == 0;
    }
    return same;
}

static void shares_kept_for_further_grids_change_nothing(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 40; seed++) {
        struct scene *s = scene_new(seed, seed % 2);
        float cells[CELLS];
        ig_frame own;
        if (!other_people(s, &own, cells) || !meets_grid(s)) {
            ig_free(s);
            continue;
        }
        const ig_grid other = {.frame = own, .cells = cells};
        const ig_people people = {.grid = &other};
        assert_int_equal(ig_cover_new(ctx, &cover), IG_OK);
        ig_cover *kept = cover;
        for (int mode = 0; mode < 3; mode++) { // other minutes on the same cells, then other cells
            for (size_t c = 0; c < CELLS; c++)
                s->minutes[c] = chance(s, .2) ? NAN : (float)(next(&s->seed) % 20);
            if (mode == 2) s->frame.west += s->frame.dx * .25;
            cover = kept;
            ig_access *with = access_of(s, &people);
            cover = NULL;
            ig_access *without = access_of(s, &people);
            assert_true(same_rows(with, without));
            ig_access_free(with);
            ig_access_free(without);
        }
        // the people's frame, and two of minutes
        const ig_frame *frames[] = {&own, &s->frame};
        for (int i = 0; i < 2; i++) {
            const ig_coverage *first, *again;
            ig_coverage *mine;
            assert_int_equal(ig_cover_of(ctx, kept, frames[i], &s->rings, &first, &mine), IG_OK);
            assert_null(mine);
            assert_int_equal(ig_cover_of(ctx, kept, frames[i], &s->rings, &again, &mine), IG_OK);
            assert_ptr_equal(first, again);
        }
        ig_cover_free(kept);
        ig_free(s);
    }
}

static int begin(void **state)
{
    (void)state;
    ctx = ig_ctx_new();
    return ctx ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    ig_ctx_free(ctx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(odd_areas_have_their_people_and_times, begin, end),
        cmocka_unit_test_setup_teardown(areas_that_share_their_sides_lose_nobody, begin, end),
        cmocka_unit_test_setup_teardown(people_of_any_frame_are_kept, begin, end),
        cmocka_unit_test_setup_teardown(shares_kept_for_further_grids_change_nothing, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
