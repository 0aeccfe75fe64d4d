/*
 * Products of reflections, for random orthogonal matrices; see winitgen/drawing/whole/householder.py.
 *
 * Sums run over the rows in the order of `total` there: the last half of the rows is added to the first until one row is
 * left. A row of a panel has an element of each of its columns, the lanes, which do not depend on each other: they
 * vectorize, and no sum changes its order. Three halvings are done in one pass, in registers: eight rows, far apart,
 * give one row of sums.
 */
#include "kernels.h"

/* By level how many rows are left after a halving, and how many of them had another one added; the first `whole` rows
 * that are left in the end have all eight terms. */
struct tree {
    size_t left[3], half[3], whole;
};

static size_t less(size_t most, size_t many, size_t taken)
{
    size_t rest = many > taken ? many - taken : 0;
    return rest < most ? rest : most;
}

static struct tree tree_of(size_t count)
{
    struct tree tree;
    for (int level = 0; level < 3; level++) {
        tree.half[level] = count / 2;
        tree.left[level] = count -= count / 2;
    }
    tree.whole = less(tree.half[2], tree.half[1], tree.left[2]);
    tree.whole = less(tree.whole, tree.half[0], tree.left[1] + tree.left[2]);
    return tree;
}

/* What is done with each row on the way: it is summed as it is; times an element of the next vector; or that after the
 * last reflection is applied, whose vector is `last` and whose u^T x is `along`. */
enum way { PLAIN, TIMES, TURNED };

/* The terms of a lane, by the number of halvings that they went through; `whole` if none is missing. */
struct terms {
    enum way way;
    int whole;
    const struct tree *tree;
    size_t width, lane;
    double *rows;
    const double *last, *next;
    double along;
};

INLINE double one(struct terms terms, size_t row)
{
    double *place = terms.rows + row * terms.width + terms.lane;
    if (terms.way == PLAIN)
        return *place;
    if (terms.way == TURNED)
        *place -= terms.last[row] * terms.along;
    return terms.next[row] * *place;
}

INLINE double two(struct terms terms, size_t row)
{
    double sum = one(terms, row);
    return terms.whole || row < terms.tree->half[0] ? sum + one(terms, row + terms.tree->left[0]) : sum;
}

INLINE double four(struct terms terms, size_t row)
{
    double sum = two(terms, row);
    return terms.whole || row < terms.tree->half[1] ? sum + two(terms, row + terms.tree->left[1]) : sum;
}

INLINE double eight(struct terms terms, size_t row)
{
    double sum = four(terms, row);
    return terms.whole || row < terms.tree->half[2] ? sum + four(terms, row + terms.tree->left[2]) : sum;
}

/* Halve the rows three times, into `sums`; return how many are left. `width`, `way` are constants where this is used. */
INLINE size_t halved(enum way way, size_t width, size_t count, double *rows, const double *last, const double *next,
                     const double *along, double *sums)
{
    struct tree tree = tree_of(count);
    for (size_t row = 0; row < tree.whole; row++)
        EACH_ALONE
        for (size_t lane = 0; lane < width; lane++)
            sums[row * width + lane] = eight(
                (struct terms){way, 1, &tree, width, lane, rows, last, next, way == TURNED ? along[lane] : 0.0}, row);
    for (size_t row = tree.whole; row < tree.left[2]; row++)
        for (size_t lane = 0; lane < width; lane++)
            sums[row * width + lane] = eight(
                (struct terms){way, 0, &tree, width, lane, rows, last, next, way == TURNED ? along[lane] : 0.0}, row);
    return tree.left[2];
}

/* Apply reflections to a panel of so many columns, each in one pass that also finds u^T x of the next one, which has a
 * row more above: there the element of the last vector is zero. */
#define REFLECT(WIDTH)                                                                                                  \
    CLONES static void fold##WIDTH(double *restrict sums, size_t count, double *restrict along)                         \
    {                                                                                                                   \
        while (count > 1)                                                                                               \
            count = halved(PLAIN, WIDTH, count, sums, NULL, NULL, NULL, sums);                                          \
        memcpy(along, sums, WIDTH * sizeof *along);                                                                     \
    }                                                                                                                   \
    CLONES static size_t begin##WIDTH(double *restrict rows, const double *restrict next, size_t count,                 \
                                      double *restrict sums)                                                            \
    {                                                                                                                   \
        return halved(TIMES, WIDTH, count, rows, NULL, next, NULL, sums);                                               \
    }                                                                                                                   \
    CLONES static size_t turn##WIDTH(double *restrict rows, const double *restrict last, const double *restrict next,   \
                                     size_t count, double *restrict sums, const double *restrict along)                 \
    {                                                                                                                   \
        return halved(TURNED, WIDTH, count, rows, last, next, along, sums);                                             \
    }                                                                                                                   \
    CLONES static void end##WIDTH(double *restrict rows, const double *restrict last, size_t count,                     \
                                  const double *restrict along)                                                         \
    {                                                                                                                   \
        for (size_t row = 0; row < count; row++)                                                                        \
            for (size_t lane = 0; lane < WIDTH; lane++)                                                                 \
                rows[row * WIDTH + lane] -= last[row] * along[lane];                                                    \
    }                                                                                                                   \
    void reflect##WIDTH(double *panel, const double *reflectors, double *scratch, size_t rows, size_t first,            \
                        size_t last)                                                                                    \
    {                                                                                                                   \
        double along[WIDTH];                                                                                            \
        if (first == last)                                                                                              \
            return;                                                                                                     \
        const double *vector = reflectors + (last - 1) * rows + last - 1;                                               \
        size_t left = begin##WIDTH(panel + (last - 1) * WIDTH, vector, rows - last + 1, scratch);                       \
        fold##WIDTH(scratch, left, along);                                                                              \
        for (size_t step = last - 1; step-- > first;) {                                                                 \
            vector = reflectors + step * rows + step;                                                                   \
            left = turn##WIDTH(panel + step * WIDTH, vector + rows, vector, rows - step, scratch, along);               \
            fold##WIDTH(scratch, left, along);                                                                          \
        }                                                                                                               \
        end##WIDTH(panel + first * WIDTH, vector, rows - first, along);                                                 \
    }

REFLECT(8)
REFLECT(32)
