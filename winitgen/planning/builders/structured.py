"""Schemes that lay out a whole matrix or kernel: orthogonal, identity, sparse, upsampling."""

from __future__ import annotations

import math

from winitgen.drawing.distributions import Constant, Distribution
from winitgen.drawing.whole.orthogonal import DeltaOrthogonal, Orthogonal
from winitgen.drawing.whole.patterns import Bilinear, Dirac, Identity, taps
from winitgen.drawing.whole.sparse import Sparse
from winitgen.planning.builders.fans import check_gain, gain_of
from winitgen.planning.builders.matrices import kernel_of, matrix_of, plain_matrix_of
from winitgen.planning.choice import DrawSpec, SchemeRequest, Unfit


def orthogonal(request: SchemeRequest) -> DrawSpec:
    """Return matrices whose rows or columns, whichever are fewer, are orthogonal and as long as the gain."""
    matrix = matrix_of(request)
    gain = _gain(request)
    less = "rows" if matrix.rows < matrix.columns else "columns"
    formula = f"{matrix}, {less} of norm {gain:.4g}"
    std = gain / math.sqrt(max(matrix.rows, matrix.columns))
    return _chosen(request, formula, Orthogonal(*matrix, gain) if gain else Constant(0.0), 0.0, std)


def delta_orthogonal(request: SchemeRequest) -> DrawSpec:
    """Return a kernel that is orthogonal at its centre and zero elsewhere."""
    kernel = kernel_of(request, "orthogonal")
    gain = _gain(request)
    weight = request.weight
    places = math.prod(kernel.kernel_size)
    transposed = weight.fan_in is not None and weight.fan_in != kernel.columns * places
    outputs, inputs = (kernel.columns, kernel.rows) if transposed else (kernel.rows, kernel.columns)
    if outputs < inputs:
        raise Unfit(
            f"the scheme delta_orthogonal keeps the norm where outputs are not fewer than inputs, and each group "
            f"has {outputs} and {inputs}; write orthogonal"
        )
    std = gain / math.sqrt(max(outputs, inputs) * places)
    distribution = DeltaOrthogonal(weight.shape, kernel.groups, gain) if gain else Constant(0.0)
    return _chosen(request, f"centre {outputs}x{inputs}, gain {gain:.4g}", distribution, 0.0, std)


def dirac(request: SchemeRequest) -> DrawSpec:
    """Return a kernel that hands each channel of each group on."""
    kernel = kernel_of(request, "identity")
    ones = min(kernel.rows, kernel.columns) * kernel.groups
    mean, std = _moments([1.0], ones, math.prod(request.weight.shape))
    return _chosen(request, f"{ones} ones", Dirac(request.weight.shape, kernel.groups), mean, std)


def identity(request: SchemeRequest) -> DrawSpec:
    """Return the gain on the diagonal."""
    matrix = plain_matrix_of(request, "dirac")
    gain = _gain(request)
    count = min(matrix.rows, matrix.columns)
    mean, std = _moments([gain], count, matrix.rows * matrix.columns)
    return _chosen(
        request, f"{gain:.4g} on the diagonal", Identity(*matrix, gain) if gain else Constant(0.0), mean, std
    )


def sparse(request: SchemeRequest) -> DrawSpec:
    """Return so many non-zeros for each output's inputs, or for each input's outputs."""
    matrix = plain_matrix_of(request, "he, or another scheme that fills it")
    nonzeros, incoming, std = (
        request.word("nonzeros"),
        request.word("direction") == "incoming",
        request.word("std"),
    )
    room, of = (matrix.columns, "inputs") if incoming else (matrix.rows, "outputs")
    if nonzeros > room:
        raise Unfit(f"{nonzeros} non-zeros do not fit the {room} {of}; write at most {room}")
    distribution = Sparse(*matrix, nonzeros, incoming, std) if std else Constant(0.0)
    formula = f"{nonzeros} of {room} {of}, std = {std:g}"
    return _chosen(request, formula, distribution, 0.0, std * math.sqrt(nonzeros / room))


def bilinear(request: SchemeRequest) -> DrawSpec:
    """Return the taps of linear interpolation, for each channel by itself."""
    kernel = kernel_of(request, "identity")
    if kernel.rows != kernel.columns:
        raise Unfit(
            f"the scheme bilinear enlarges each channel by itself, and each group has {kernel.rows} and "
            f"{kernel.columns}; make filters as many as channels"
        )
    values = [1.0]
    for size in kernel.kernel_size:
        values = [value * tap for value in values for tap in taps(size)]
    mean, std = _moments(values, kernel.columns * kernel.groups, math.prod(request.weight.shape))
    shape = "x".join(str(size) for size in kernel.kernel_size)
    return _chosen(request, f"{shape} taps", Bilinear(request.weight.shape, kernel.groups), mean, std)


def _chosen(
    request: SchemeRequest, formula: str, distribution: Distribution, mean: float, std: float
) -> DrawSpec:
    return DrawSpec(request.init.scheme, formula, distribution, mean, std)


def _gain(request: SchemeRequest) -> float:
    """Return the gain that is asked for, else 1."""
    gain = gain_of(request.init, request.activation)
    if gain is None:
        return 1.0
    check_gain(gain)
    return gain


def _moments(values: list[float], times: int, size: int) -> tuple[float, float]:
    """Return mean and standard deviation of ``times`` each of ``values`` among ``size`` numbers, the rest 0."""
    mean = math.fsum(values) * times / size
    return mean, math.sqrt(math.fsum(value * value for value in values) * times / size - mean * mean)
