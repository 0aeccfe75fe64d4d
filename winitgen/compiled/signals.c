/*
 * What a probe does to a signal of float32 beside its matrix products: windows to columns, and a ReLU with its sums.
 */
#include "kernels.h"

#define CHUNK 2048 /* values that stay in the first cache from one loop to the next */

/* Copy every `step`th value. */
static void strided(const float *restrict from, float *restrict to, size_t step, size_t n)
{
    if (step == 1) {
        memcpy(to, from, n * sizeof *to);
        return;
    }
    for (size_t i = 0; i < n; i++)
        to[i] = from[i * step];
}

/* Positions of a run whose tap lies in an axis of `length`: those from *low to *high, counted from the run's start. */
static void inside(const struct slide *slide, int64_t tap, int64_t length, int64_t *low, int64_t *high)
{
    int64_t at = slide->start * slide->step + tap * slide->gap - slide->before;
    int64_t from = at < 0 ? (-at + slide->step - 1) / slide->step : 0;
    int64_t to = at < length ? (length - at + slide->step - 1) / slide->step : 0;
    *low = from < slide->count ? from : slide->count;
    *high = to < slide->count ? to : slide->count;
    if (*high < *low)
        *high = *low;
}

/* One channel of one sample at one tap: so many rows of positions. */
static void tap_rows(const float *image, float *out, const struct slide *down, const struct slide *across,
                     int64_t row, int64_t column, int64_t height, int64_t width)
{
    int64_t top, bottom, left, right, wide = across->count;
    inside(down, row, height, &top, &bottom);
    inside(across, column, width, &left, &right);
    if (top == bottom || left == right) {
        memset(out, 0, (size_t)(down->count * wide) * sizeof *out);
        return;
    }
    int64_t y = (down->start + top) * down->step + row * down->gap - down->before;
    int64_t x = (across->start + left) * across->step + column * across->gap - across->before;
    const float *from = image + y * width + x;
    int at_once = down->step == 1 && across->step == 1 && wide == width; /* one copy; its ends of rows are then set to 0 */
    if (at_once)
        memcpy(out + top * wide + left, from, (size_t)((bottom - top - 1) * wide + right - left) * sizeof *out);
    memset(out, 0, (size_t)(top * wide) * sizeof *out);
    for (int64_t j = top; j < bottom && !(at_once && left == 0 && right == wide); j++) {
        float *to = out + j * wide;
        for (int64_t i = 0; i < left; i++)
            to[i] = 0;
        if (!at_once)
            strided(from + (j - top) * down->step * width, to + left, (size_t)across->step, (size_t)(right - left));
        for (int64_t i = right; i < wide; i++)
            to[i] = 0;
    }
    memset(out + bottom * wide, 0, (size_t)((down->count - bottom) * wide) * sizeof *out);
}

void columns32(const float *images, float *out, const struct windows *windows)
{
    const struct slide *down = &windows->down, *across = &windows->across;
    int64_t pixels = windows->height * windows->width, rows = down->count * across->count;
    for (int64_t c = windows->first_channel; c < windows->last_channel; c++)
        for (int64_t row = 0; row < down->size; row++)
            for (int64_t column = 0; column < across->size; column++)
                for (int64_t s = windows->first_sample; s < windows->last_sample; s++, out += rows)
                    tap_rows(images + (s * windows->channels + c) * pixels, out, down, across, row, column,
                             windows->height, windows->width);
}

/* Cut a chunk off at 0, note where it was above, and return at how many places. */
CLONES static size_t cut_at_zero(float *restrict values, uint8_t *restrict slopes, size_t n)
{
    uint32_t above = 0;
    for (size_t i = 0; i < n; i++) {
        slopes[i] = values[i] > 0;
        above += values[i] > 0;
    }
    for (size_t i = 0; i < n; i++)
        values[i] = values[i] <= 0 ? 0 : values[i]; /* NaN stays */
    return above;
}

CLONES static void product(const float *restrict gradient, const uint8_t *restrict slopes, float *restrict out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = gradient[i] * (float)slopes[i];
}

static void add(struct sums *sums, const float *values, double shift, size_t n)
{
    struct sums own;
    sums_float32(values, shift, &own, NULL, n);
    sums->total += own.total;
    sums->squares += own.squares;
}

size_t relu32(float *values, uint8_t *slopes, const double *shifts, struct sums *sums, size_t count)
{
    size_t above = 0;
    for (size_t start = 0; start < count; start += CHUNK) {
        size_t n = count - start < CHUNK ? count - start : CHUNK;
        add(&sums[0], values + start, shifts[0], n);
        above += cut_at_zero(values + start, slopes + start, n);
        add(&sums[1], values + start, shifts[1], n);
    }
    return above;
}

void masked32(const float *gradient, const uint8_t *slopes, float *out, double shift, struct sums *sums, size_t count)
{
    for (size_t start = 0; start < count; start += CHUNK) {
        size_t n = count - start < CHUNK ? count - start : CHUNK;
        product(gradient + start, slopes + start, out + start, n);
        add(sums, out + start, shift, n);
    }
}
