// Joins of made-up tables against a slow join, and with their rows in another order.
#include "help_join.h"

static uint32_t dice(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u; // Knuth, TAOCP 2, 3.3.4
    return *seed >> 8;
}

enum { MOST = 60 };

/// A made-up table: codes (some unknown), values (some gaps), in a random order.
struct made {
    size_t rows;
    struct row {
        char code[32];
        int value; ///< -1: "*", -2: blank
    } row[MOST];
};

static void make_up(struct made *made, size_t areas, uint32_t *seed)
{
    made->rows = 0;
    for (size_t i = 0; i < areas + 5; i++) {
        const bool unknown = i >= areas;
        if (!unknown && dice(seed) % 4 == 0) continue;
        if (unknown && dice(seed) % 2 == 0) continue;
        struct row *row = &made->row[made->rows++];
        snprintf(row->code, sizeof row->code, "%c010%05zu", dice(seed) % 5 ? 'E' : 'e',
                 unknown ? 500 + i : i + 1);
        const uint32_t kind = dice(seed) % 6;
        row->value = kind == 0 ? -1 : kind == 1 ? -2 : (int)(dice(seed) % 1000);
    }
    for (size_t i = made->rows; i > 1; i--) {
        const size_t j = dice(seed) % i;
        const struct row row = made->row[i - 1];
        made->row[i - 1] = made->row[j];
        made->row[j] = row;
    }
}

static void write_made(const struct made *made, ig_text *text)
{
    text->length = 0;
    ig_text_append(text, "code,n\n");
    for (size_t r = 0; r < made->rows; r++) {
        ig_text_format(text, "%s,", made->row[r].code);
        if (made->row[r].value >= 0) ig_text_format(text, "%d", made->row[r].value);
        if (made->row[r].value == -1) ig_text_append(text, "*");
        ig_text_append(text, "\n");
    }
}

/// The row of a code by looking at each in turn; NULL without.
static const struct row *slow_find(const struct made *made, const char *code)
{
    for (size_t r = 0; r < made->rows; r++) {
        if (strcmp(made->row[r].code + 1, code + 1) == 0) return &made->row[r];
    }
    return NULL;
}

static void a_slow_join_says_the_same(void **state)
{
    struct help *help = *state;
    uint32_t seed = 20261123;
    int compared = 0;
    ig_ctx_set_log(help->ctx, NULL, NULL);
    for (int round = 0; round < 12; round++) {
        const size_t count = 3 + dice(&seed) % 40;
        char codes[MOST][32];
        const char *list[MOST];
        for (size_t i = 0; i < count; i++) {
            snprintf(codes[i], sizeof codes[i], "E010%05zu", count - i);
            list[i] = codes[i];
        }
        struct made made;
        make_up(&made, count, &seed);
        ig_text text = {0};
        write_made(&made, &text);
        size_t matched = 0, stars = 0, blanks = 0;
        for (size_t i = 0; i < count; i++) {
            const struct row *row = slow_find(&made, codes[i]);
            matched += row != NULL;
            stars += row && row->value == -1;
            blanks += row && row->value == -2;
        }
        if (matched * 2 < count || stars + blanks == made.rows) {
            ig_text_free(&text);
            continue;
        }
        compared++;
        ig_join *join = join_text(help, list, count, text.data, NULL);
        ig_text_free(&text);
        assert_non_null(join);
        const ig_join_count *c = &join->counts[0];
        assert_int_equal(c->matched, matched);
        assert_int_equal(c->areas_without_row, count - matched);
        assert_int_equal(c->rows_without_area, made.rows - matched);
        int64_t gaps = 0;
        for (size_t m = 0; m < c->markers; m++) {
            assert_int_equal(c->marker_count[m], *c->marker[m] ? stars : blanks);
            gaps += c->marker_count[m];
        }
        assert_int_equal(gaps, stars + blanks);
        const ig_column *n = column_of(join, "n");
        for (size_t i = 0; i < count; i++) {
            const struct row *row = slow_find(&made, codes[i]);
            if (row && row->value >= 0) {
                assert_near(n->number[i], row->value, 0);
            } else {
                assert_true(isnan(n->number[i]));
            }
        }
        ig_join_free(join);
    }
    assert_true(compared >= 8);
}

static void the_order_of_rows_changes_nothing(void **state)
{
    struct help *help = *state;
    uint32_t seed = 7;
    struct made made;
    char codes[MOST][32];
    const char *list[MOST];
    const size_t count = 30;
    for (size_t i = 0; i < count; i++) {
        snprintf(codes[i], sizeof codes[i], "E010%05zu", i + 1);
        list[i] = codes[i];
    }
    make_up(&made, count, &seed);
    char digest[2][65];
    for (int turn = 0; turn < 2; turn++) {
        ig_text text = {0};
        write_made(&made, &text);
        ig_join *join = join_text(help, list, count, text.data, NULL);
        assert_non_null(join);
        ig_text_free(&text);
        const char *path = help_path(help, turn ? "1.csv" : "0.csv");
        assert_int_equal(ig_result_write(help->ctx, join->columns, path, "x", NULL), IG_OK);
        assert_int_equal(ig_sha256_file(help->ctx, path, digest[turn]), IG_OK);
        ig_join_free(join);
        for (size_t i = 0; i < made.rows / 2; i++) { // turn the table upside down
            const struct row row = made.row[i];
            made.row[i] = made.row[made.rows - 1 - i];
            made.row[made.rows - 1 - i] = row;
        }
    }
    assert_string_equal(digest[0], digest[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        help_test(a_slow_join_says_the_same),
        help_test(the_order_of_rows_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
