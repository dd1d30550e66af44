// What the kernels ask of vectors: values moved up or down by some lanes with others moved in, and
// the first or last lane everywhere. For LANES of 2, 4, 8 and 16.
#define MOVED(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

#define RISE_1_2(fill, x) MOVED(fill, x, 1, 2)
#define SINK_1_2(fill, x) MOVED(x, fill, 1, 2)
#define LAST_2(x) MOVED(x, x, 1, 1)
#define FIRST_2(x) MOVED(x, x, 0, 0)

#define RISE_1_4(fill, x) MOVED(fill, x, 3, 4, 5, 6)
#define RISE_2_4(fill, x) MOVED(fill, x, 2, 3, 4, 5)
#define SINK_1_4(fill, x) MOVED(x, fill, 1, 2, 3, 4)
#define SINK_2_4(fill, x) MOVED(x, fill, 2, 3, 4, 5)
#define LAST_4(x) MOVED(x, x, 3, 3, 3, 3)
#define FIRST_4(x) MOVED(x, x, 0, 0, 0, 0)

#define RISE_1_8(fill, x) MOVED(fill, x, 7, 8, 9, 10, 11, 12, 13, 14)
#define RISE_2_8(fill, x) MOVED(fill, x, 6, 7, 8, 9, 10, 11, 12, 13)
#define RISE_4_8(fill, x) MOVED(fill, x, 4, 5, 6, 7, 8, 9, 10, 11)
#define SINK_1_8(fill, x) MOVED(x, fill, 1, 2, 3, 4, 5, 6, 7, 8)
#define SINK_2_8(fill, x) MOVED(x, fill, 2, 3, 4, 5, 6, 7, 8, 9)
#define SINK_4_8(fill, x) MOVED(x, fill, 4, 5, 6, 7, 8, 9, 10, 11)
#define LAST_8(x) MOVED(x, x, 7, 7, 7, 7, 7, 7, 7, 7)
#define FIRST_8(x) MOVED(x, x, 0, 0, 0, 0, 0, 0, 0, 0)

#define RISE_1_16(fill, x)                                                                         \
    MOVED(fill, x, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30)
#define RISE_2_16(fill, x)                                                                         \
    MOVED(fill, x, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29)
#define RISE_4_16(fill, x)                                                                         \
    MOVED(fill, x, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27)
#define RISE_8_16(fill, x)                                                                         \
    MOVED(fill, x, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)
#define SINK_1_16(fill, x) MOVED(x, fill, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
#define SINK_2_16(fill, x) MOVED(x, fill, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17)
#define SINK_4_16(fill, x) MOVED(x, fill, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19)
#define SINK_8_16(fill, x)                                                                         \
    MOVED(x, fill, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)
#define LAST_16(x) MOVED(x, x, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15)
#define FIRST_16(x) MOVED(x, x, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

#define ZIP_LOW_2(a, b) MOVED(a, b, 0, 2)
#define ZIP_HIGH_2(a, b) MOVED(a, b, 1, 3)
#define ZIP_LOW_4(a, b) MOVED(a, b, 0, 4, 1, 5)
#define ZIP_HIGH_4(a, b) MOVED(a, b, 2, 6, 3, 7)
#define ZIP_LOW_8(a, b) MOVED(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define ZIP_HIGH_8(a, b) MOVED(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define ZIP_LOW_16(a, b) MOVED(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define ZIP_HIGH_16(a, b) MOVED(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)

// every second lane of two vectors beside each other
#define EVENS_4(a, b) MOVED(a, b, 0, 2, 4, 6)
#define ODDS_4(a, b) MOVED(a, b, 1, 3, 5, 7)
#define EVENS_8(a, b) MOVED(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define ODDS_8(a, b) MOVED(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#define EVENS_16(a, b) MOVED(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define ODDS_16(a, b) MOVED(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)

// the lower and the upper lanes, and both again
#define LOWER_4(x) MOVED(x, x, 0, 1)
#define UPPER_4(x) MOVED(x, x, 2, 3)
#define JOINED_4(a, b) MOVED(a, b, 0, 1, 2, 3)
#define LOWER_8(x) MOVED(x, x, 0, 1, 2, 3)
#define UPPER_8(x) MOVED(x, x, 4, 5, 6, 7)
#define JOINED_8(a, b) MOVED(a, b, 0, 1, 2, 3, 4, 5, 6, 7)
#define LOWER_16(x) MOVED(x, x, 0, 1, 2, 3, 4, 5, 6, 7)
#define UPPER_16(x) MOVED(x, x, 8, 9, 10, 11, 12, 13, 14, 15)
#define JOINED_16(a, b) MOVED(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)

#define LANED_2(name, lanes) name##_##lanes
#define LANED_1(name, lanes) LANED_2(name, lanes)
#define RISE_1(fill, x) LANED_1(RISE_1, LANES)(fill, x)
#define RISE_2(fill, x) LANED_1(RISE_2, LANES)(fill, x)
#define RISE_4(fill, x) LANED_1(RISE_4, LANES)(fill, x)
#define RISE_8(fill, x) LANED_1(RISE_8, LANES)(fill, x)
#define SINK_1(fill, x) LANED_1(SINK_1, LANES)(fill, x)
#define SINK_2(fill, x) LANED_1(SINK_2, LANES)(fill, x)
#define SINK_4(fill, x) LANED_1(SINK_4, LANES)(fill, x)
#define SINK_8(fill, x) LANED_1(SINK_8, LANES)(fill, x)
#define LAST(x) LANED_1(LAST, LANES)(x)
#define FIRST(x) LANED_1(FIRST, LANES)(x)
#define ZIP_LOW(a, b) LANED_1(ZIP_LOW, LANES)(a, b)
#define ZIP_HIGH(a, b) LANED_1(ZIP_HIGH, LANES)(a, b)
#define LOWER(x) LANED_1(LOWER, LANES)(x)
#define UPPER(x) LANED_1(UPPER, LANES)(x)
#define EVENS(a, b) LANED_1(EVENS, LANES)(a, b)
#define ODDS(a, b) LANED_1(ODDS, LANES)(a, b)
#define JOINED(a, b) LANED_1(JOINED, LANES)(a, b)
#define UNROLL _Pragma("GCC unroll 32")
