/*
 * Products of reflections, for random orthogonal matrices; see winitgen/drawing/whole/householder.py.
 *
 * Sums run over the rows in the order of `total` there: the last half of the rows is added to the first until one row is
 * left. The columns of a panel do not depend on each other, so they vectorize, and no sum changes its order.
 */
#include "kernels.h"

/* Add the last half of the rows to the first until one is left, which is the sum. */
CLONES static void fold(double *restrict rows, size_t count, double *restrict sum)
{
    while (count > 1) {
        size_t half = count / 2;
        count -= half;
        for (size_t i = 0; i < half * PANEL; i++)
            rows[i] += rows[count * PANEL + i];
    }
    for (size_t lane = 0; lane < PANEL; lane++)
        sum[lane] = rows[lane];
}

/* Find u^T x of the first reflection: the sum over all rows of the vector's element times the row. */
CLONES static void begin(const double *restrict rows, const double *restrict vector, size_t count,
                         double *restrict scratch, double *restrict along)
{
    size_t half = count / 2, left = count - half;
    for (size_t i = 0; i < left; i++)
        for (size_t lane = 0; lane < PANEL; lane++) {
            double product = vector[i] * rows[i * PANEL + lane];
            scratch[i * PANEL + lane] = i < half ? product + vector[left + i] * rows[(left + i) * PANEL + lane] : product;
        }
    fold(scratch, left, along);
}

/* Apply the last reflection, whose u^T x is `along`. */
CLONES static void end(double *restrict rows, const double *restrict vector, size_t count, const double *restrict along)
{
    for (size_t i = 0; i < count; i++)
        for (size_t lane = 0; lane < PANEL; lane++)
            rows[i * PANEL + lane] -= vector[i] * along[lane];
}

/* Apply a reflection and find u^T x of the next one, which has a row more above, in one pass over the rows.
 *
 * Products with the next vector are folded once before they are stored. The vector's element of the row above is zero. */
CLONES static void turn(double *restrict rows, const double *restrict vector, const double *restrict next, size_t count,
                        double *restrict scratch, double *restrict along)
{
    size_t half = count / 2, left = count - half;
    for (size_t i = 0; i < half; i++) {
        double *row = rows + i * PANEL, *other = rows + (left + i) * PANEL;
        for (size_t lane = 0; lane < PANEL; lane++) {
            double one = row[lane] - vector[i] * along[lane];
            double two = other[lane] - vector[left + i] * along[lane];
            row[lane] = one;
            other[lane] = two;
            scratch[i * PANEL + lane] = next[i] * one + next[left + i] * two;
        }
    }
    if (left > half)
        for (size_t lane = 0; lane < PANEL; lane++) {
            double one = rows[half * PANEL + lane] - vector[half] * along[lane];
            rows[half * PANEL + lane] = one;
            scratch[half * PANEL + lane] = next[half] * one;
        }
    fold(scratch, left, along);
}

void reflect(double *panel, const double *reflectors, double *scratch, size_t rows, size_t first, size_t last)
{
    double along[PANEL];
    if (first == last)
        return;
    const double *vector = reflectors + (last - 1) * rows + last - 1;
    begin(panel + (last - 1) * PANEL, vector, rows - last + 1, scratch, along);
    for (size_t step = last - 1; step-- > first;) {
        const double *next = reflectors + step * rows + step;
        turn(panel + step * PANEL, next + rows, next, rows - step, scratch, along);
    }
    end(panel + first * PANEL, reflectors + first * rows + first, rows - first, along);
}
