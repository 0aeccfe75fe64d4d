/*
 * Sums, extremes and counts of a block of values, in float64.
 *
 * Each of `LANES` lanes adds every sixteenth value, and the lanes are added in their order. So the sums are the same on
 * every processor, however wide its vectors are.
 */
#include "kernels.h"

#include <math.h>

#define LANES 16
#define CHUNK 512 /* a multiple of LANES */

struct lanes {
    double total[LANES], squares[LANES];
};

/* Add a chunk to the lanes, and widen the extremes to it; the last one may be shorter than the lanes are many. */
#define ADD(NAME, FLOAT)                                                                                    \
    CLONES static void add_##NAME(const FLOAT *restrict values, double shift, struct lanes *restrict lanes, \
                                  struct sums *restrict sums, size_t n)                                     \
    {                                                                                                       \
        FLOAT low[LANES], high[LANES];                                                                      \
        size_t whole = n - n % LANES;                                                                       \
        for (size_t lane = 0; lane < LANES; lane++)                                                         \
            low[lane] = high[lane] = values[lane < n ? lane : 0];                                           \
        for (size_t i = 0; i < whole; i += LANES)                                                           \
            for (size_t lane = 0; lane < LANES; lane++) {                                                   \
                FLOAT value = values[i + lane];                                                             \
                double distance = (double)value - shift;                                                    \
                lanes->total[lane] += distance;                                                             \
                lanes->squares[lane] += distance * distance;                                                \
                low[lane] = value < low[lane] ? value : low[lane];                                          \
                high[lane] = value > high[lane] ? value : high[lane];                                       \
            }                                                                                               \
        for (size_t i = whole; i < n; i++) {                                                                \
            double distance = (double)values[i] - shift;                                                    \
            lanes->total[i - whole] += distance;                                                            \
            lanes->squares[i - whole] += distance * distance;                                               \
            low[0] = values[i] < low[0] ? values[i] : low[0];                                               \
            high[0] = values[i] > high[0] ? values[i] : high[0];                                            \
        }                                                                                                   \
        for (size_t lane = 0; lane < LANES; lane++) {                                                       \
            sums->low = low[lane] < sums->low ? low[lane] : sums->low;                                      \
            sums->high = high[lane] > sums->high ? high[lane] : sums->high;                                 \
        }                                                                                                   \
    }

ADD(float32, float)
ADD(float64, double)

/* Count a chunk: the positions vectorize, the counting does not. */
#define COUNT(NAME, FLOAT)                                                                                  \
    CLONES static void places_##NAME(const FLOAT *restrict values, const struct bins *restrict bins,        \
                                     int32_t *restrict places, size_t n)                                    \
    {                                                                                                       \
        for (size_t i = 0; i < n; i++) {                                                                    \
            double place = ((double)values[i] - bins->low) * bins->per_unit;                                \
            place = place > 0 ? place : 0; /* 0 for NaN, too */                                             \
            places[i] = (int32_t)(place > BINS - 1 ? BINS - 1 : place);                                     \
        }                                                                                                   \
    }                                                                                                       \
    static void count_##NAME(const FLOAT *values, const struct bins *bins, size_t n)                        \
    {                                                                                                       \
        int32_t places[CHUNK];                                                                              \
        places_##NAME(values, bins, places, n);                                                             \
        for (size_t i = 0; i < n; i++)                                                                      \
            bins->counts[places[i]]++;                                                                      \
    }

COUNT(float32, float)
COUNT(float64, double)

CLONES static void widen_bfloat16(const uint16_t *restrict codes, float *restrict values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] = float_of((uint32_t)codes[i] << 16);
}

/* The exponent is moved to float32's place and multiplied to its size, which also makes subnormals of float16 right. */
CLONES static void widen_float16(const uint16_t *restrict codes, float *restrict values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t moved = (uint32_t)(codes[i] & 0x7fff) << 13;
        uint32_t finite = bits_of(float_of(moved) * 0x1p112f);
        uint32_t infinite = moved | 0x7f800000;
        uint32_t magnitude = moved < 0x7c00u << 13 ? finite : infinite;
        values[i] = float_of(magnitude | (uint32_t)(codes[i] & 0x8000) << 16);
    }
}

/* CODE is what is stored; WIDEN makes `values` of it. */
#define SUMS(NAME, CODE, AS, WIDEN)                                                                         \
    void sums_##NAME(const CODE *codes, double shift, struct sums *sums, const struct bins *bins,           \
                     size_t count)                                                                          \
    {                                                                                                       \
        struct lanes lanes = {{0}, {0}};                                                                    \
        *sums = (struct sums){0, 0, INFINITY, -INFINITY};                                                   \
        for (size_t start = 0; start < count; start += CHUNK) {                                             \
            size_t n = count - start < CHUNK ? count - start : CHUNK;                                       \
            WIDEN                                                                                           \
            add_##AS(values, shift, &lanes, sums, n);                                                       \
            if (bins != NULL)                                                                               \
                count_##AS(values, bins, n);                                                                \
        }                                                                                                   \
        for (size_t lane = 0; lane < LANES; lane++) {                                                       \
            sums->total += lanes.total[lane];                                                               \
            sums->squares += lanes.squares[lane];                                                           \
        }                                                                                                   \
    }

#define AS_IT_IS(FLOAT) const FLOAT *values = codes + start;
#define WIDENED(NAME)                                                                                       \
    float values[CHUNK];                                                                                    \
    widen_##NAME(codes + start, values, n);

SUMS(float32, float, float32, AS_IT_IS(float))
SUMS(float64, double, float64, AS_IT_IS(double))
SUMS(float16, uint16_t, float32, WIDENED(float16))
SUMS(bfloat16, uint16_t, float32, WIDENED(bfloat16))

void tally(const uint8_t *codes, int64_t *counts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        counts[codes[i]]++;
}
