/*
 * A batch norm of float32, forward and back: each channel over all samples and positions, with its sums in float64.
 *
 * A channel is read twice while it is in the cache: once for its sums, once for its values.
 */
#include "kernels.h"

#include <math.h>

#define LANES 16

/* Two sums, in lanes that add every sixteenth value, so that they are the same on every processor. */
struct pair {
    double first[LANES], second[LANES];
};

/* Add value - shift and its square. */
CLONES static void add_squares(const float *restrict x, double shift, struct pair *restrict pair, size_t n)
{
    size_t whole = n - n % LANES;
    for (size_t i = 0; i < whole; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {
            double distance = (double)x[i + lane] - shift;
            pair->first[lane] += distance;
            pair->second[lane] += distance * distance;
        }
    for (size_t i = whole; i < n; i++) {
        double distance = (double)x[i] - shift;
        pair->first[i - whole] += distance;
        pair->second[i - whole] += distance * distance;
    }
}

/* Add a gradient, and its product with the value's distance from the mean. */
CLONES static void add_products(const float *restrict g, const float *restrict x, double mean,
                                struct pair *restrict pair, size_t n)
{
    size_t whole = n - n % LANES;
    for (size_t i = 0; i < whole; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {
            double sent = (double)g[i + lane];
            pair->first[lane] += sent;
            pair->second[lane] += sent * ((double)x[i + lane] - mean);
        }
    for (size_t i = whole; i < n; i++) {
        pair->first[i - whole] += (double)g[i];
        pair->second[i - whole] += (double)g[i] * ((double)x[i] - mean);
    }
}

CLONES static void normed(const float *restrict x, float *restrict out, float mean, float scale, float gamma,
                          float beta, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (x[i] - mean) * scale * gamma + beta;
}

CLONES static void sent_back(const float *restrict g, const float *restrict x, float *restrict out, float mean,
                             float scale, float centre, float slope, float factor, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (g[i] - centre - (x[i] - mean) * scale * slope) * factor;
}

/* The sums of a pair's lanes, each over the number of values. */
static void means_of(const struct pair *pair, size_t count, double *first, double *second)
{
    *first = *second = 0;
    for (size_t lane = 0; lane < LANES; lane++) {
        *first += pair->first[lane];
        *second += pair->second[lane];
    }
    *first /= (double)count;
    *second /= (double)count;
}

void batch_norm32(const float *x, float *out, float *mean, float *scale, const float *gamma, const float *beta,
                  double epsilon, const struct images *images)
{
    size_t count = images->samples * images->positions, step = images->channels * images->positions;
    for (size_t c = images->first; c < images->last; c++) {
        size_t at = c * images->positions;
        struct pair pair = {{0}, {0}};
        double shift = (double)x[at], offset, square;
        for (size_t s = 0; s < images->samples; s++)
            add_squares(x + at + s * step, shift, &pair, images->positions);
        means_of(&pair, count, &offset, &square);
        double variance = square - offset * offset;
        variance = variance < 0 ? 0 : variance; /* NaN stays */
        mean[c] = (float)(shift + offset);
        scale[c] = (float)(1 / sqrt(variance + epsilon));
        for (size_t s = 0; s < images->samples; s++)
            normed(x + at + s * step, out + at + s * step, mean[c], scale[c], gamma == NULL ? 1 : gamma[c],
                   beta == NULL ? 0 : beta[c], images->positions);
    }
}

void batch_norm_back32(const float *g, const float *x, float *out, const float *mean, const float *scale,
                       const float *gamma, const struct images *images)
{
    size_t count = images->samples * images->positions, step = images->channels * images->positions;
    for (size_t c = images->first; c < images->last; c++) {
        size_t at = c * images->positions;
        struct pair pair = {{0}, {0}};
        double centre, slope;
        for (size_t s = 0; s < images->samples; s++)
            add_products(g + at + s * step, x + at + s * step, (double)mean[c], &pair, images->positions);
        means_of(&pair, count, &centre, &slope);
        float factor = scale[c] * (gamma == NULL ? 1 : gamma[c]);
        for (size_t s = 0; s < images->samples; s++)
            sent_back(g + at + s * step, x + at + s * step, out + at + s * step, mean[c], scale[c], (float)centre,
                      (float)(slope * (double)scale[c]), factor, images->positions);
    }
}
