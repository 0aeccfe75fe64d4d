/* Float32 to narrower formats, rounded once, to nearest even (IEEE 754, 4.3.1), by whole numbers and one addition. */
#include "kernels.h"

/* The code of the magnitude of `value` in a format.
 *
 * A normal number keeps its bits above the last place; half of that place, less one unless the place is odd, carries
 * into it. A subnormal one is added to the number whose last place is that of the format's subnormals. */
static inline uint32_t magnitude(float value, const struct narrow *format)
{
    int dropped = 23 - format->mantissa;
    uint32_t bits = bits_of(value) & 0x7fffffff;
    uint32_t rounded = (bits + (1u << (dropped - 1)) - 1 + (bits >> dropped & 1)) >> dropped;
    uint32_t normal = rounded - ((uint32_t)(127 - format->bias) << format->mantissa);
    uint32_t anchor = (uint32_t)(127 + 1 - format->bias - format->mantissa + 23) << 23;
    uint32_t subnormal = bits_of(float_of(bits) + float_of(anchor)) - anchor;
    uint32_t code = bits < (uint32_t)(127 + 1 - format->bias) << 23 ? subnormal : normal;
    return code > format->largest ? format->overflow : code;
}

CLONES void to_float16(const float *restrict values, uint16_t *restrict out, size_t count)
{
    const struct narrow half = {10, 15, 0x7bff, 0x7c00, 0};
    for (size_t i = 0; i < count; i++)
        out[i] = (uint16_t)(magnitude(values[i], &half) | (bits_of(values[i]) >> 16 & 0x8000));
}

CLONES void to_bfloat16(const float *restrict values, uint16_t *restrict out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = bits_of(values[i]);
        out[i] = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    }
}

CLONES void to_float8(const float *restrict values, uint8_t *restrict out, const struct narrow *format, size_t count)
{
    const struct narrow own = *format;
    for (size_t i = 0; i < count; i++) {
        uint32_t code = magnitude(values[i], &own), sign = bits_of(values[i]) >> 24 & 0x80;
        out[i] = (uint8_t)(own.one_zero && code == 0 ? 0 : code | sign);
    }
}

int fuses(double a, double b, double c)
{
    volatile double one = a, other = b; /* read anew each time, so that the second product is not the first */
    double together = one * other + c;
    volatile double product = one * other;
    return together != product + c;
}
