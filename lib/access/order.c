// Pieces of people in order of minutes: by the digits of their float32 bits where all minutes have
// them (least significant first), else by comparison.
#include "access_internal.h"

#include <stdlib.h>
#include <string.h>

enum { FEW = 32, DIGITS = 4, BITS = 8, VALUES = 1 << BITS };

/// Rising minutes, then people; so sums do not depend on the order in which people were found.
static int by_minutes(const void *a, const void *b)
{
    const struct piece *p = a, *q = b;
    if (p->minutes != q->minutes) return p->minutes < q->minutes ? -1 : 1;
    return (p->people > q->people) - (p->people < q->people);
}

static void insert_each(struct piece *list, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct piece moved = list[i];
        size_t j = i;
        for (; j > 0 && by_minutes(&list[j - 1], &moved) > 0; j--)
            list[j] = list[j - 1];
        list[j] = moved;
    }
}

static void sort_by_comparison(struct piece *list, size_t count)
{
    if (count < FEW)
        insert_each(list, count);
    else
        qsort(list, count, sizeof *list, by_minutes);
}

/// Bits that rise as the number does.
static uint32_t key_of(double minutes)
{
    const float number = (float)minutes;
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

/// How often each value of each digit comes; false when the minutes are no float32.
static bool count_digits(const struct piece *list, size_t count, uint32_t tally[DIGITS][VALUES])
{
    for (size_t i = 0; i < count; i++) {
        const double minutes = list[i].minutes;
        if ((double)(float)minutes != minutes) return false;
        const uint32_t key = key_of(minutes);
        for (int d = 0; d < DIGITS; d++)
            tally[d][key >> d * BITS & (VALUES - 1)]++;
    }
    return true;
}

static void sort_by_digits(struct piece *list, struct piece *spare, size_t count,
                           uint32_t tally[DIGITS][VALUES])
{
    struct piece *from = list, *to = spare;
    for (int d = 0; d < DIGITS; d++) {
        if (tally[d][key_of(list->minutes) >> d * BITS & (VALUES - 1)] == count) continue;
        uint32_t start = 0;
        for (size_t v = 0; v < VALUES; v++) {
            const uint32_t own = tally[d][v];
            tally[d][v] = start;
            start += own;
        }
        for (size_t i = 0; i < count; i++)
            to[tally[d][key_of(from[i].minutes) >> d * BITS & (VALUES - 1)]++] = from[i];
        struct piece *const swap = from;
        from = to;
        to = swap;
    }
    if (from != list) memcpy(list, from, count * sizeof *list);
}

bool ig_pieces_sort(struct piece *list, size_t count)
{
    if (count < FEW) {
        insert_each(list, count);
        return true;
    }
    uint32_t tally[DIGITS][VALUES] = {{0}};
    struct piece *spare = ig_alloc(count, sizeof *spare);
    if (!spare) return false;
    if (count < UINT32_MAX && count_digits(list, count, tally)) {
        sort_by_digits(list, spare, count, tally);
        for (size_t first = 0, end = 0; first < count; first = end) {
            for (end = first + 1; end < count && list[end].minutes == list[first].minutes;)
                end++;
            if (end - first > 1) sort_by_comparison(list + first, end - first);
        }
    } else {
        sort_by_comparison(list, count);
    }
    ig_free(spare);
    return true;
}
