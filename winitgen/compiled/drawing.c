/*
 * Words of the key stream to values: the normal, cut or whole, and the uniform distribution.
 *
 * The arithmetic and its order are those of the NumPy calls in winitgen/drawing, so the bits are, too.
 */
#include "kernels.h"

#include <math.h>

/* Values in flight: a few arrays of so many fit into a core's first cache, and the loops over them vectorize. */
#define CHUNK 512

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LITTLE32(word) ((int32_t)__builtin_bswap32((uint32_t)(word)))
#define LITTLE64(word) ((int64_t)__builtin_bswap64((uint64_t)(word)))
#else
#define LITTLE32(word) (word)
#define LITTLE64(word) (word)
#endif

/* A step is part of the loop over the chunks, which has the clones: a call for each step would take a fifth longer. */
#if defined(__GNUC__)
#define INLINED static inline __attribute__((always_inline))
#else
#define INLINED static inline
#endif

/* The steps of a distribution, for a chunk; FLOAT is the precision that is drawn in. */
#define STEPS(NAME, FLOAT, WORD, LITTLE, STEP)                                                              \
    INLINED void ranks_##NAME(const WORD *restrict words, FLOAT *restrict ranks, size_t n)                  \
    {                                                                                                       \
        for (size_t i = 0; i < n; i++)                                                                      \
            ranks[i] = (FLOAT)LITTLE(words[i]) * (FLOAT)(STEP);                                             \
    }                                                                                                       \
    INLINED void cut_##NAME(FLOAT *restrict ranks, FLOAT inside, FLOAT tail, size_t n)                      \
    {                                                                                                       \
        for (size_t i = 0; i < n; i++) {                                                                    \
            FLOAT scaled = ranks[i] * inside;                                                               \
            ranks[i] = scaled + (signbit(ranks[i]) ? -tail : tail);                                         \
        }                                                                                                   \
    }                                                                                                       \
    INLINED void segments_##NAME(const FLOAT *restrict ranks, uint32_t *restrict segments, size_t n)        \
    {                                                                                                       \
        for (size_t i = 0; i < n; i++)                                                                      \
            segments[i] = bits_of((float)ranks[i]) >> 14;                                                   \
    }                                                                                                       \
    INLINED void clip_##NAME(FLOAT *restrict values, FLOAT low, FLOAT high, size_t n)                       \
    {                                                                                                       \
        for (size_t i = 0; i < n; i++) {                                                                    \
            FLOAT raised = values[i] < low ? low : values[i];                                               \
            values[i] = raised > high ? high : raised;                                                      \
        }                                                                                                   \
    }                                                                                                       \
    INLINED void shift_##NAME(FLOAT *restrict values, FLOAT shift, size_t n)                                \
    {                                                                                                       \
        for (size_t i = 0; i < n; i++)                                                                      \
            values[i] += shift;                                                                             \
    }                                                                                                       \
    INLINED void stretch_##NAME(FLOAT *restrict values, FLOAT width, size_t n)                              \
    {                                                                                                       \
        for (size_t i = 0; i < n; i++)                                                                      \
            values[i] *= width;                                                                             \
    }

STEPS(32, float, int32_t, LITTLE32, 1)
STEPS(64, double, int64_t, LITTLE64, 0x1p-32)

/* Values of a chunk from lines that are scaled. */
INLINED void on_lines(const struct line32 *restrict found, const float *restrict ranks, float *restrict out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = found[i].intercept + found[i].slope * ranks[i];
}

/* Values from lines of the standard normal: both numbers are multiplied by the deviation, then rounded. */
#define ON_SCALED_LINES(NAME, FLOAT)                                                                        \
    INLINED void on_scaled_lines_##NAME(const struct line64 *restrict found, double std,                    \
                                              const FLOAT *restrict ranks, FLOAT *restrict out, size_t n)   \
    {                                                                                                       \
        for (size_t i = 0; i < n; i++) {                                                                    \
            FLOAT intercept = (FLOAT)(found[i].intercept * std), slope = (FLOAT)(found[i].slope * std);     \
            out[i] = intercept + slope * ranks[i];                                                          \
        }                                                                                                   \
    }

ON_SCALED_LINES(32, float)
ON_SCALED_LINES(64, double)

#define NORMAL(NAME, FLOAT, WORD, LINE, STEP, APPLY)                                                        \
    CLONES void NAME(const WORD *words, FLOAT *out, const struct LINE *lines, const struct law *law,         \
                     size_t count)                                                                          \
    {                                                                                                       \
        FLOAT ranks[CHUNK];                                                                                 \
        uint32_t segments[CHUNK];                                                                           \
        struct LINE found[CHUNK];                                                                           \
        for (size_t start = 0; start < count; start += CHUNK) {                                             \
            size_t n = count - start < CHUNK ? count - start : CHUNK;                                       \
            FLOAT *values = out + start;                                                                    \
            ranks_##STEP(words + start, ranks, n);                                                          \
            if (law->cut)                                                                                   \
                cut_##STEP(ranks, (FLOAT)law->inside, (FLOAT)law->tail, n);                                 \
            segments_##STEP(ranks, segments, n);                                                            \
            for (size_t i = 0; i < n; i++) /* one load of both numbers; gathering them is slower */         \
                memcpy(&found[i], &lines[segments[i]], sizeof found[i]);                                    \
            APPLY;                                                                                          \
            if (law->cut)                                                                                   \
                clip_##STEP(values, (FLOAT)-law->limit, (FLOAT)law->limit, n);                              \
            if (law->mean != 0)                                                                            \
                shift_##STEP(values, (FLOAT)law->mean, n);                                                 \
        }                                                                                                   \
    }

NORMAL(normal32, float, int32_t, line32, 32, on_lines(found, ranks, values, n))
NORMAL(scaled_normal32, float, int32_t, line64, 32, on_scaled_lines_32(found, law->std, ranks, values, n))
NORMAL(scaled_normal64, double, int64_t, line64, 64, on_scaled_lines_64(found, law->std, ranks, values, n))

#define UNIFORM(NAME, FLOAT, WORD, STEP)                                                                    \
    CLONES void NAME(const WORD *words, FLOAT *out, const struct ends *ends, size_t count)                  \
    {                                                                                                       \
        FLOAT values[CHUNK];                                                                                \
        for (size_t start = 0; start < count; start += CHUNK) {                                             \
            size_t n = count - start < CHUNK ? count - start : CHUNK;                                       \
            ranks_##STEP(words + start, values, n);                                                         \
            stretch_##STEP(values, (FLOAT)ends->width, n);                                                  \
            if (ends->low != -ends->high) {                                                                 \
                shift_##STEP(values, (FLOAT)ends->centre, n);                                               \
                clip_##STEP(values, (FLOAT)ends->low, (FLOAT)ends->high, n);                                \
            }                                                                                               \
            memcpy(out + start, values, n * sizeof *out);                                                   \
        }                                                                                                   \
    }

UNIFORM(uniform32, float, int32_t, 32)
UNIFORM(uniform64, double, int64_t, 64)
