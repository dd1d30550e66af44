// All memory of the library: checked products, zeroed, failing on demand in tests.
#include "inside.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

// The one global: a test hook, 0 in every real run.
static atomic_uint_fast64_t fail_countdown;

void ig_alloc_fail_at(uint64_t n)
{
    atomic_store(&fail_countdown, n);
}

static bool must_fail(void)
{
    if (atomic_load_explicit(&fail_countdown, memory_order_relaxed) == 0) return false;
    return atomic_fetch_sub(&fail_countdown, 1) == 1;
}

bool ig_product(size_t a, size_t b, size_t *product)
{
    return !__builtin_mul_overflow(a, b, product);
}

void *ig_alloc(size_t count, size_t size)
{
    size_t bytes;
    if (!ig_product(count, size, &bytes) || bytes > PTRDIFF_MAX || must_fail()) return NULL;
    return calloc(bytes ? bytes : 1, 1);
}

void *ig_alloc_whole(size_t count, size_t size)
{
    const size_t huge = (size_t)2 << 20;
    unsigned char *made = ig_alloc(count, size);
    if (!made || count * size < 4 * huge) return made;
    const size_t skip = (huge - (uintptr_t)made % huge) % huge;
    madvise(made + skip, (count * size - skip) / huge * huge, MADV_HUGEPAGE); // a wish, no more
    return made;
}

void *ig_resize(void *old, size_t count, size_t size)
{
    size_t bytes;
    if (!ig_product(count, size, &bytes) || bytes > PTRDIFF_MAX || must_fail()) return NULL;
    return realloc(old, bytes ? bytes : 1);
}

void ig_free(void *memory)
{
    free(memory);
}

char *ig_text_copy(const char *text)
{
    if (!text) return NULL;
    const size_t length = strlen(text) + 1;
    char *copy = ig_alloc(length, 1);
    if (copy) memcpy(copy, text, length);
    return copy;
}

bool ig_grow(void **list, size_t *room, size_t needed, size_t size)
{
    if (needed <= *room) return true;
    size_t more = *room < 8 ? 8 : *room + *room / 2;
    if (more < needed) more = needed;
    void *grown = ig_resize(*list, more, size);
    if (!grown) return false;
    *list = grown;
    *room = more;
    return true;
}
