// Blocks packed and unpacked: nothing lost, damage seen.
#include "near.h"

#include <grid/pack.h>

enum { COLS = 48, ROWS = 16, CELLS = COLS * ROWS };

static void fill(float *cells)
{
    for (int i = 0; i < CELLS; i++)
        cells[i] = i % 7 == 3 ? NAN : (float)(i % COLS) * 0.37f - (float)(i / COLS);
    cells[5] = -0.0f;
    cells[6] = INFINITY;
    cells[CELLS - 1] = 1e-42f; // below the least normal number
}

static void packed_cells_come_back_to_the_last_bit(void **state)
{
    (void)state;
    float cells[CELLS], back[CELLS];
    fill(cells);
    for (int packing = IG_PACK_ZSTD; packing <= IG_PACK_DEFLATE; packing++) {
        ig_packer *packer = ig_packer_new((ig_packing)packing, COLS, ROWS);
        assert_non_null(packer);
        const unsigned char *packed = NULL;
        const size_t size = ig_pack(packer, cells, &packed);
        assert_true(size > 0);
        unsigned char *kept = ig_alloc(size, 1);
        assert_non_null(kept);
        memcpy(kept, packed, size);
        assert_true(ig_unpack_cells(packer, kept, size, back));
        assert_memory_equal(cells, back, sizeof cells);
        assert_true(ig_pack_holds(packer, kept, size, cells));
        back[CELLS / 2] += 1.0f;
        assert_false(ig_pack_holds(packer, kept, size, back));
        assert_false(ig_unpack_cells(packer, kept, size / 2, back));
        ig_free(kept);
        ig_packer_free(packer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(packed_cells_come_back_to_the_last_bit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
