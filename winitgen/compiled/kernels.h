/*
 * The inner loops of winitgen in C: words to values, values to narrow formats, sums and counts of values; and those of a
 * probe.
 *
 * Each gives the bits that NumPy's calls give, except the sums and what `norms.c` makes of them. That needs IEEE 754 arithmetic, rounded to nearest even after every
 * operation: no fused multiply-add (-ffp-contract=off, /fp:strict) and no -ffast-math; `fuses` tells what the compiler
 * made of it. The functions allocate nothing, keep nothing, and may run in any number of threads.
 */
#ifndef WINITGEN_KERNELS_H
#define WINITGEN_KERNELS_H

#include <float.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* As on the x87, or on s390x with -std=c99: sums and products of floats would be kept in a wider format. */
#if FLT_EVAL_METHOD != 0
#error "the compiler does not round every operation to the format of its operands"
#endif

/* Functions that the compiler also makes for wider vectors, among which the processor chooses when the library is
 * loaded. A lane of a sum is the same in all of them, so they give the same bits. */
#ifndef CLONES
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif
#endif

/* Functions that are compiled anew in each caller, for its constants. */
#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#elif defined(_MSC_VER)
#define INLINE static __forceinline
#else
#define INLINE static inline
#endif

/* Before a loop whose rounds do not touch what others write, which a compiler cannot always see. */
#if defined(__clang__)
#define EACH_ALONE _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define EACH_ALONE _Pragma("GCC ivdep")
#elif defined(_MSC_VER)
#define EACH_ALONE __pragma(loop(ivdep))
#else
#define EACH_ALONE
#endif

static inline uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* A line of the quantile table: z = intercept + slope f. */
struct line32 {
    float intercept, slope;
};
struct line64 {
    double intercept, slope;
};

/* Words and values may be one buffer: every function reads a chunk of words before it writes the chunk's values.
 *
 * A normal: with `cut`, ranks become inside f + copysign(tail, f), and values end at
 * +-limit. The mean is added last. */
struct law {
    double std, mean;
    int cut;
    double inside, tail, limit;
};

/* `lines` are scaled by the deviation, or, in the functions so named, those of the standard normal, which they scale. */
void normal32(const int32_t *words, float *out, const struct line32 *lines, const struct law *law, size_t count);
void scaled_normal32(const int32_t *words, float *out, const struct line64 *lines, const struct law *law, size_t count);
void scaled_normal64(const int64_t *words, double *out, const struct line64 *lines, const struct law *law, size_t count);

/* A uniform distribution: width f + centre, cut to its ends; if they are opposite, neither is needed. */
struct ends {
    double low, high, width, centre;
};

void uniform32(const int32_t *words, float *out, const struct ends *ends, size_t count);
void uniform64(const int64_t *words, double *out, const struct ends *ends, size_t count);

/* Float32 to a narrow format, to nearest even. No value is NaN; what is too large becomes infinite, or what the format
 * has in place of infinity. */
void to_float16(const float *values, uint16_t *out, size_t count);
void to_bfloat16(const float *values, uint16_t *out, size_t count);

/* A binary format narrower than float32: what rounds to a code above `largest` becomes `overflow`. With `one_zero` the
 * code of -0 means something else, and negative numbers that round to 0 become the only zero. */
struct narrow {
    int mantissa, bias;
    uint32_t largest, overflow;
    int one_zero;
};

void to_float8(const float *values, uint8_t *out, const struct narrow *format, size_t count);

/* Sums over value - shift, and extremes of the values, none of which is NaN; `count` is above 0. */
struct sums {
    double total, squares, low, high;
};

/* Number of values in each of `BINS` equal bins from `low` on, `per_unit` a unit; the outer ones hold what lies beyond. */
#define BINS 64
struct bins {
    double low, per_unit;
    int64_t *counts;
};

/* `bins` is NULL if nothing is to be counted. */
void sums_float32(const float *values, double shift, struct sums *sums, const struct bins *bins, size_t count);
void sums_float64(const double *values, double shift, struct sums *sums, const struct bins *bins, size_t count);
void sums_float16(const uint16_t *values, double shift, struct sums *sums, const struct bins *bins, size_t count);
void sums_bfloat16(const uint16_t *values, double shift, struct sums *sums, const struct bins *bins, size_t count);

/* Add the number of times that each byte occurs. */
void tally(const uint8_t *codes, int64_t *counts, size_t count);

/* Apply to a panel, 8 or 32 columns of so many rows, the reflections I - u u^T from `last` - 1 down to `first`.
 *
 * Row k of `reflectors` (steps, rows) is the u of step k, of which element k - 1 is zero, and no element before it is read.
 * `scratch` has room for (rows + 7) / 8 rows of a panel. */
void reflect8(double *panel, const double *reflectors, double *scratch, size_t rows, size_t first, size_t last);
void reflect32(double *panel, const double *reflectors, double *scratch, size_t rows, size_t first, size_t last);

/* (samples, channels, positions) values, of which the channels from `first` to before `last` are at work. */
struct images {
    size_t samples, channels, positions, first, last;
};

/* A batch norm: (x - mean) scale gamma + beta, where scale is 1 / sqrt(variance + epsilon); both statistics of each channel are
 * left. `gamma` and `beta` may be NULL. Back: the gradient of x from g, that of the result. */
void batch_norm32(const float *x, float *out, float *mean, float *scale, const float *gamma, const float *beta,
                  double epsilon, const struct images *images);
void batch_norm_back32(const float *g, const float *x, float *out, const float *mean, const float *scale,
                       const float *gamma, const struct images *images);

/* Windows along one axis: tap t of position `start` + j, with j below `count`, is at pixel (start + j) step + t gap - before. */
struct slide {
    int64_t size, step, gap, before, start, count;
};

/* Windows over images (samples, channels, height, width), of runs of samples and channels. */
struct windows {
    int64_t channels, height, width, first_sample, last_sample, first_channel, last_channel;
    struct slide down, across;
};

/* Columns (channels, taps down, taps across, samples, positions down, positions across); pixels outside the image are 0. */
void columns32(const float *images, float *out, const struct windows *windows);

/* A ReLU in place: the slopes, 0 or 1, and how many are 1; to `sums` is added what there is before about the first shift, and
 * after about the second. Back: the gradient times the slopes. The extremes are not looked for. */
size_t relu32(float *values, uint8_t *slopes, const double *shifts, struct sums *sums, size_t count);
void masked32(const float *gradient, const uint8_t *slopes, float *out, double shift, struct sums *sums, size_t count);

/* Tell whether a b + c is rounded once only, which NumPy's calls never do. */
int fuses(double a, double b, double c);

#endif
