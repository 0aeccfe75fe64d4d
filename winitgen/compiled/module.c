/*
 * The kernels as a Python module, `winitgen.compiled._kernels`, for the stable ABI of Python 3.11.
 *
 * Each function takes contiguous buffers, of which it checks the sizes and nothing else, and lets go of the interpreter
 * lock while it works.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "kernels.h"

#define VERSION 3 /* that of kernels.py */
#define LINES (1 << 18) /* lines of a quantile table: one for each segment of ranks */

static int fits(const Py_buffer *buffer, size_t size)
{
    if ((size_t)buffer->len == size)
        return 1;
    PyErr_Format(PyExc_ValueError, "a buffer has %zd bytes, not %zu", buffer->len, size);
    return 0;
}

/* Run CALL without the interpreter lock if the sizes fit; `right` tells whether they do. */
#define WORK(FITS, CALL)           \
    int right = FITS;              \
    if (right) {                   \
        Py_BEGIN_ALLOW_THREADS     \
        CALL;                      \
        Py_END_ALLOW_THREADS       \
    }

static PyObject *none_if(int right)
{
    return right ? Py_NewRef(Py_None) : NULL;
}

#define NORMAL(NAME, FLOAT, WORD, LINE)                                                                     \
    static PyObject *py_##NAME(PyObject *self, PyObject *args)                                              \
    {                                                                                                       \
        Py_buffer words, out, lines;                                                                        \
        struct law law;                                                                                     \
        (void)self;                                                                                         \
        if (!PyArg_ParseTuple(args, "y*w*y*ddpddd:" #NAME, &words, &out, &lines, &law.std, &law.mean,       \
                              &law.cut, &law.inside, &law.tail, &law.limit))                                \
            return NULL;                                                                                    \
        size_t count = (size_t)out.len / sizeof(FLOAT);                                                     \
        WORK(fits(&words, count * sizeof(WORD)) && fits(&lines, LINES * sizeof(struct LINE)),               \
             NAME(words.buf, out.buf, lines.buf, &law, count))                                              \
        PyBuffer_Release(&words);                                                                           \
        PyBuffer_Release(&out);                                                                             \
        PyBuffer_Release(&lines);                                                                           \
        return none_if(right);                                                                              \
    }

NORMAL(normal32, float, int32_t, line32)
NORMAL(scaled_normal32, float, int32_t, line64)
NORMAL(scaled_normal64, double, int64_t, line64)

#define UNIFORM(NAME, FLOAT, WORD)                                                                          \
    static PyObject *py_##NAME(PyObject *self, PyObject *args)                                              \
    {                                                                                                       \
        Py_buffer words, out;                                                                               \
        struct ends ends;                                                                                   \
        (void)self;                                                                                         \
        if (!PyArg_ParseTuple(args, "y*w*dddd:" #NAME, &words, &out, &ends.low, &ends.high, &ends.width,    \
                              &ends.centre))                                                                \
            return NULL;                                                                                    \
        size_t count = (size_t)out.len / sizeof(FLOAT);                                                     \
        WORK(fits(&words, count * sizeof(WORD)), NAME(words.buf, out.buf, &ends, count))                    \
        PyBuffer_Release(&words);                                                                           \
        PyBuffer_Release(&out);                                                                             \
        return none_if(right);                                                                              \
    }

UNIFORM(uniform32, float, int32_t)
UNIFORM(uniform64, double, int64_t)

#define TO_16_BITS(NAME)                                                                                    \
    static PyObject *py_##NAME(PyObject *self, PyObject *args)                                              \
    {                                                                                                       \
        Py_buffer values, out;                                                                              \
        (void)self;                                                                                         \
        if (!PyArg_ParseTuple(args, "y*w*:" #NAME, &values, &out))                                          \
            return NULL;                                                                                    \
        size_t count = (size_t)out.len / sizeof(uint16_t);                                                  \
        WORK(fits(&values, count * sizeof(float)), NAME(values.buf, out.buf, count))                        \
        PyBuffer_Release(&values);                                                                          \
        PyBuffer_Release(&out);                                                                             \
        return none_if(right);                                                                              \
    }

TO_16_BITS(to_float16)
TO_16_BITS(to_bfloat16)

static PyObject *py_to_float8(PyObject *self, PyObject *args)
{
    Py_buffer values, out;
    struct narrow format;
    (void)self;
    if (!PyArg_ParseTuple(args, "y*w*iiIIp:to_float8", &values, &out, &format.mantissa, &format.bias,
                          &format.largest, &format.overflow, &format.one_zero))
        return NULL;
    size_t count = (size_t)out.len;
    WORK(fits(&values, count * sizeof(float)), to_float8(values.buf, out.buf, &format, count))
    PyBuffer_Release(&values);
    PyBuffer_Release(&out);
    return none_if(right);
}

/* Return (total, squares, low, high); with `counts`, a buffer of BINS int64, add to it what lies in each bin. */
#define SUMS(NAME, CODE)                                                                                    \
    static PyObject *py_sums_##NAME(PyObject *self, PyObject *args)                                         \
    {                                                                                                       \
        Py_buffer values, counts = {0};                                                                     \
        struct bins bins = {0, 0, NULL};                                                                    \
        struct sums sums;                                                                                   \
        double shift;                                                                                       \
        (void)self;                                                                                         \
        if (!PyArg_ParseTuple(args, "y*d|w*dd:sums_" #NAME, &values, &shift, &counts, &bins.low,            \
                              &bins.per_unit))                                                              \
            return NULL;                                                                                    \
        size_t count = (size_t)values.len / sizeof(CODE);                                                   \
        bins.counts = counts.buf;                                                                           \
        WORK(counts.buf == NULL || fits(&counts, BINS * sizeof(int64_t)),                                   \
             sums_##NAME(values.buf, shift, &sums, counts.buf == NULL ? NULL : &bins, count))               \
        PyBuffer_Release(&values);                                                                          \
        PyBuffer_Release(&counts);                                                                          \
        return right ? Py_BuildValue("dddd", sums.total, sums.squares, sums.low, sums.high) : NULL;         \
    }

SUMS(float32, float)
SUMS(float64, double)
SUMS(float16, uint16_t)
SUMS(bfloat16, uint16_t)

static PyObject *py_tally(PyObject *self, PyObject *args)
{
    Py_buffer codes, counts;
    (void)self;
    if (!PyArg_ParseTuple(args, "y*w*:tally", &codes, &counts))
        return NULL;
    WORK(fits(&counts, 256 * sizeof(int64_t)), tally(codes.buf, counts.buf, (size_t)codes.len))
    PyBuffer_Release(&codes);
    PyBuffer_Release(&counts);
    return none_if(right);
}

/* Tell whether there are such reflections; none is of more rows than a panel has. */
static int are_there(size_t steps, size_t rows, Py_ssize_t first, Py_ssize_t last)
{
    if (first >= 0 && first <= last && (size_t)last <= steps && steps <= rows)
        return 1;
    PyErr_SetString(PyExc_ValueError, "there are no such reflections");
    return 0;
}

#define REFLECT(WIDTH)                                                                                      \
    static PyObject *py_reflect##WIDTH(PyObject *self, PyObject *args)                                      \
    {                                                                                                       \
        Py_buffer panel, reflectors, scratch;                                                               \
        Py_ssize_t first, last;                                                                             \
        (void)self;                                                                                         \
        if (!PyArg_ParseTuple(args, "w*y*w*nn:reflect" #WIDTH, &panel, &reflectors, &scratch, &first,       \
                              &last))                                                                       \
            return NULL;                                                                                    \
        size_t row = WIDTH * sizeof(double), rows = (size_t)panel.len / row;                                \
        size_t vector = rows * sizeof(double), steps = vector ? (size_t)reflectors.len / vector : 0;        \
        WORK(are_there(steps, rows, first, last) && fits(&panel, rows * row) &&                             \
                 fits(&scratch, (rows + 7) / 8 * row),                                                      \
             reflect##WIDTH(panel.buf, reflectors.buf, scratch.buf, rows, (size_t)first, (size_t)last))     \
        PyBuffer_Release(&panel);                                                                           \
        PyBuffer_Release(&reflectors);                                                                      \
        PyBuffer_Release(&scratch);                                                                         \
        return none_if(right);                                                                              \
    }

REFLECT(8)
REFLECT(32)

/* Tell whether a buffer that may be missing has the size. */
static int fits_or_none(const Py_buffer *buffer, size_t size)
{
    return buffer->buf == NULL || fits(buffer, size);
}

/* The number of samples of arrays with so many bytes; or 0, with an exception, if there is no such number or no such channel. */
static size_t samples_of(const Py_buffer *x, struct images *images)
{
    size_t sample = images->channels * images->positions * sizeof(float);
    images->samples = sample ? (size_t)x->len / sample : 0;
    if (images->samples && images->first <= images->last && images->last <= images->channels && fits(x, images->samples * sample))
        return images->samples;
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, "there are no such channels");
    return 0;
}

/* (x, out, mean, scale, gamma, beta, epsilon, positions, first, last); gamma and beta may be None. */
static PyObject *py_batch_norm32(PyObject *self, PyObject *args)
{
    Py_buffer x, out, mean, scale, gamma, beta;
    struct images images;
    double epsilon;
    Py_ssize_t positions, first, last;
    (void)self;
    if (!PyArg_ParseTuple(args, "y*w*w*w*z*z*dnnn:batch_norm32", &x, &out, &mean, &scale, &gamma, &beta, &epsilon,
                          &positions, &first, &last))
        return NULL;
    images = (struct images){0, (size_t)mean.len / sizeof(float), (size_t)positions, (size_t)first, (size_t)last};
    WORK(samples_of(&x, &images) && fits(&out, (size_t)x.len) && fits(&scale, (size_t)mean.len) &&
             fits_or_none(&gamma, (size_t)mean.len) && fits_or_none(&beta, (size_t)mean.len),
         batch_norm32(x.buf, out.buf, mean.buf, scale.buf, gamma.buf, beta.buf, epsilon, &images))
    PyBuffer_Release(&x);
    PyBuffer_Release(&out);
    PyBuffer_Release(&mean);
    PyBuffer_Release(&scale);
    PyBuffer_Release(&gamma);
    PyBuffer_Release(&beta);
    return none_if(right);
}

/* (g, x, out, mean, scale, gamma, positions, first, last) */
static PyObject *py_batch_norm_back32(PyObject *self, PyObject *args)
{
    Py_buffer g, x, out, mean, scale, gamma;
    struct images images;
    Py_ssize_t positions, first, last;
    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*w*y*y*z*nnn:batch_norm_back32", &g, &x, &out, &mean, &scale, &gamma, &positions,
                          &first, &last))
        return NULL;
    images = (struct images){0, (size_t)mean.len / sizeof(float), (size_t)positions, (size_t)first, (size_t)last};
    WORK(samples_of(&x, &images) && fits(&g, (size_t)x.len) && fits(&out, (size_t)x.len) &&
             fits(&scale, (size_t)mean.len) && fits_or_none(&gamma, (size_t)mean.len),
         batch_norm_back32(g.buf, x.buf, out.buf, mean.buf, scale.buf, gamma.buf, &images))
    PyBuffer_Release(&g);
    PyBuffer_Release(&x);
    PyBuffer_Release(&out);
    PyBuffer_Release(&mean);
    PyBuffer_Release(&scale);
    PyBuffer_Release(&gamma);
    return none_if(right);
}

static int is_slide(const struct slide *slide)
{
    return slide->size > 0 && slide->step > 0 && slide->gap > 0 && slide->count >= 0;
}

/* Tell whether there are such windows over the images, and room for their columns. */
static int are_windows(const struct windows *w, const Py_buffer *images, const Py_buffer *out)
{
    int64_t samples = w->last_sample - w->first_sample, channels = w->last_channel - w->first_channel;
    if (is_slide(&w->down) && is_slide(&w->across) && w->height > 0 && w->width > 0 && samples >= 0 && channels >= 0 &&
        w->first_sample >= 0 && w->first_channel >= 0 && w->last_channel <= w->channels) {
        size_t each = (size_t)(w->channels * w->height * w->width) * sizeof(float);
        size_t one = (size_t)(w->down.size * w->across.size * w->down.count * w->across.count) * sizeof(float);
        if ((size_t)w->last_sample * each <= (size_t)images->len)
            return fits(out, one * (size_t)(samples * channels));
    }
    PyErr_SetString(PyExc_ValueError, "there are no such windows");
    return 0;
}

/* (images, out, what `struct windows` has, as int64) */
static PyObject *py_columns32(PyObject *self, PyObject *args)
{
    Py_buffer images, out, numbers;
    (void)self;
    if (!PyArg_ParseTuple(args, "y*w*y*:columns32", &images, &out, &numbers))
        return NULL;
    WORK(fits(&numbers, sizeof(struct windows)) && are_windows(numbers.buf, &images, &out),
         columns32(images.buf, out.buf, numbers.buf))
    PyBuffer_Release(&images);
    PyBuffer_Release(&out);
    PyBuffer_Release(&numbers);
    return none_if(right);
}

/* Return (total, squares) before, (total, squares) after, and how many values are above 0. */
static PyObject *py_relu32(PyObject *self, PyObject *args)
{
    Py_buffer values, slopes;
    double shifts[2];
    struct sums sums[2] = {{0, 0, 0, 0}, {0, 0, 0, 0}};
    size_t above = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "w*w*dd:relu32", &values, &slopes, &shifts[0], &shifts[1]))
        return NULL;
    WORK(fits(&values, (size_t)slopes.len * sizeof(float)),
         above = relu32(values.buf, slopes.buf, shifts, sums, (size_t)slopes.len))
    PyBuffer_Release(&values);
    PyBuffer_Release(&slopes);
    return right ? Py_BuildValue("(dd)(dd)n", sums[0].total, sums[0].squares, sums[1].total, sums[1].squares,
                                 (Py_ssize_t)above)
                 : NULL;
}

/* Return (total, squares) of the product. */
static PyObject *py_masked32(PyObject *self, PyObject *args)
{
    Py_buffer gradient, slopes, out;
    double shift;
    struct sums sums = {0, 0, 0, 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*w*d:masked32", &gradient, &slopes, &out, &shift))
        return NULL;
    WORK(fits(&gradient, (size_t)slopes.len * sizeof(float)) && fits(&out, (size_t)gradient.len),
         masked32(gradient.buf, slopes.buf, out.buf, shift, &sums, (size_t)slopes.len))
    PyBuffer_Release(&gradient);
    PyBuffer_Release(&slopes);
    PyBuffer_Release(&out);
    return right ? Py_BuildValue("dd", sums.total, sums.squares) : NULL;
}

static PyObject *py_fuses(PyObject *self, PyObject *args)
{
    double a, b, c;
    (void)self;
    return PyArg_ParseTuple(args, "ddd:fuses", &a, &b, &c) ? PyBool_FromLong(fuses(a, b, c)) : NULL;
}

#define ROW(NAME) {#NAME, py_##NAME, METH_VARARGS, NULL}

static PyMethodDef methods[] = {
    ROW(normal32),     ROW(scaled_normal32), ROW(scaled_normal64), ROW(uniform32),    ROW(uniform64),
    ROW(to_float16),   ROW(to_bfloat16),     ROW(to_float8),       ROW(sums_float32), ROW(sums_float64),
    ROW(sums_float16), ROW(sums_bfloat16),   ROW(tally),           ROW(fuses),        ROW(reflect8),
    ROW(reflect32),    ROW(batch_norm32),    ROW(batch_norm_back32),
    ROW(columns32),    ROW(relu32),          ROW(masked32),         {NULL, NULL, 0, NULL},
};

static int set_version(PyObject *module)
{
    return PyModule_AddIntConstant(module, "VERSION", VERSION);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, set_version}, {0, NULL}};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_kernels", NULL, 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__kernels(void)
{
    return PyModuleDef_Init(&module);
}
