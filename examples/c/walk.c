// walk: minutes to the nearer of two clinics on a small hand-made grid with a river in it.
#include <isogap.h>
#include <math.h>
#include <stdio.h>

enum { COLS = 8, ROWS = 5 };

// '.' open ground, '=' road, '#' river
static const char *const land[ROWS] = {
    "...#....", //
    "...#....", //
    "========", //
    "...#....", //
    "...#....",
};

int main(void)
{
    ig_ctx *ctx = ig_ctx_new();
    if (!ctx) return 1;
    const ig_frame frame = {COLS, ROWS, 0.0, 500.0, 100.0, 100.0};
    ig_surface *surface = NULL;
    ig_grid *minutes = NULL;
    ig_status status = ig_surface_new(ctx, &frame, &surface);
    if (status) goto done;
    for (int row = 0; row < ROWS; row++) {
        for (int col = 0; col < COLS; col++) {
            const char c = land[row][col];
            surface->pace[row * COLS + col] = c == '#' ? NAN : c == '=' ? 0.72F : 1.2F;
        }
    }
    const ig_source clinics[] = {
        {.cell = 0, .number = 1, .rank = 0},                   // top left
        {.cell = 4 * COLS + COLS - 1, .number = 2, .rank = 1}, // bottom right
    };
    const ig_travel_options options = ig_travel_defaults();
    status = ig_travel(ctx, surface, clinics, 2, &options, &minutes, NULL);
    if (status) goto done;
    for (int row = 0; row < ROWS; row++) {
        for (int col = 0; col < COLS; col++)
            printf("%6.1f", minutes->cells[row * COLS + col]);
        putchar('\n');
    }
done:
    if (status) fprintf(stderr, "walk: %s\n", ig_ctx_message(ctx));
    ig_grid_free(minutes);
    ig_surface_free(surface);
    ig_ctx_free(ctx);
    return ig_status_exit_code(status);
}
