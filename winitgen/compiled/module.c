/*
 * The kernels as a Python module, `winitgen.compiled._kernels`, for the stable ABI of Python 3.11.
 *
 * Each function takes contiguous buffers, of which it checks the sizes and nothing else, and lets go of the interpreter
 * lock while it works.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "kernels.h"

#define VERSION 2 /* that of kernels.py */
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
    ROW(reflect32),    {NULL, NULL, 0, NULL},
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
