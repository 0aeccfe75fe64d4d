"""Schemes that determine a matrix or kernel as a whole: orthogonal, identity, sparse, upsampling."""

from __future__ import annotations

import math

from winitgen.catalog.schemes.constants import number
from winitgen.catalog.schemes.fans import GAIN_OPTIONS, check_gain, gain_of
from winitgen.catalog.schemes.options import COUNT, NOT_NEGATIVE, Choice
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest, Unfit


def orthogonal(request: SchemeRequest) -> DrawSpec:
    """Return matrices whose rows or columns, whichever are fewer, are orthogonal with the gain as norm."""
    from winitgen.catalog.schemes.matrices import matrix_of
    from winitgen.drawing.whole.orthogonal import Orthogonal

    matrix = matrix_of(request)
    gain = _gain(request)
    less = "rows" if matrix.rows < matrix.columns else "columns"
    formula = f"{matrix}, {less} of norm {gain:.4g}"
    std = gain / math.sqrt(max(matrix.rows, matrix.columns))
    if not gain:
        return number("orthogonal", formula, 0.0)
    return DrawSpec("orthogonal", formula, Orthogonal(*matrix, gain), 0.0, std)


def delta_orthogonal(request: SchemeRequest) -> DrawSpec:
    """Return a kernel that is orthogonal at its centre and zero elsewhere."""
    from winitgen.catalog.schemes.matrices import kernel_of
    from winitgen.drawing.whole.delta_orthogonal import DeltaOrthogonal

    kernel = kernel_of(request, "orthogonal")
    gain = _gain(request)
    weight = request.weight
    taps = math.prod(kernel.kernel_size)
    outputs, inputs = (kernel.columns, kernel.rows) if weight.transposed else (kernel.rows, kernel.columns)
    if outputs < inputs:
        raise Unfit(
            f"the scheme delta_orthogonal needs at least as many outputs as inputs in each group, but they are "
            f"{outputs} and {inputs}; write orthogonal"
        )
    std = gain / math.sqrt(max(outputs, inputs) * taps)
    formula = f"centre {outputs}x{inputs}, gain {gain:.4g}"
    if not gain:
        return number("delta_orthogonal", formula, 0.0)
    distribution = DeltaOrthogonal(weight.shape, kernel.groups, gain)
    return DrawSpec("delta_orthogonal", formula, distribution, 0.0, std)


def dirac(request: SchemeRequest) -> DrawSpec:
    """Return a kernel that passes on each channel of each group."""
    from winitgen.catalog.schemes.matrices import kernel_of
    from winitgen.drawing.whole.dirac import Dirac

    kernel = kernel_of(request, "identity")
    ones = min(kernel.rows, kernel.columns) * kernel.groups
    mean, std = _moments([1.0], ones, math.prod(request.weight.shape))
    return DrawSpec("dirac", f"{ones} ones", Dirac(request.weight.shape, kernel.groups), mean, std)


def identity(request: SchemeRequest) -> DrawSpec:
    """Return a matrix with the gain on the diagonal."""
    from winitgen.catalog.schemes.matrices import plain_matrix_of
    from winitgen.drawing.whole.identity import Identity

    matrix = plain_matrix_of(request, "dirac")
    gain = _gain(request)
    count = min(matrix.rows, matrix.columns)
    formula = f"{gain:.4g} on the diagonal"
    if not gain:
        return number("identity", formula, 0.0)
    mean, std = _moments([gain], count, matrix.rows * matrix.columns)
    return DrawSpec("identity", formula, Identity(*matrix, gain), mean, std)


def sparse(request: SchemeRequest) -> DrawSpec:
    """Return a matrix with a fixed number of nonzeros in each row (incoming) or each column (outgoing)."""
    from winitgen.catalog.schemes.matrices import plain_matrix_of
    from winitgen.drawing.whole.sparse import Sparse

    matrix = plain_matrix_of(request, "he, or another scheme for convolutions")
    nonzeros, std = request.option("nonzeros", int), request.option("std", float)
    incoming = request.option("direction", str) == "incoming"
    room, of = (matrix.columns, "inputs") if incoming else (matrix.rows, "outputs")
    if nonzeros > room:
        raise Unfit(f"{nonzeros} nonzeros do not fit in {room} {of}; write at most {room}")
    formula = f"{nonzeros} of {room} {of}, std = {std:g}"
    if not std:
        return number("sparse", formula, 0.0)
    distribution = Sparse(*matrix, nonzeros, incoming, std)
    return DrawSpec("sparse", formula, distribution, 0.0, std * math.sqrt(nonzeros / room))


def bilinear(request: SchemeRequest) -> DrawSpec:
    """Return the taps of linear interpolation, for each channel separately."""
    from winitgen.catalog.schemes.matrices import kernel_of
    from winitgen.drawing.whole.bilinear import Bilinear, taps

    kernel = kernel_of(request, "identity")
    if kernel.rows != kernel.columns:
        raise Unfit(
            f"the scheme bilinear needs as many filters as channels in each group, but they are {kernel.rows} and "
            f"{kernel.columns}; make them equal"
        )
    values = [1.0]
    for size in kernel.kernel_size:
        values = [value * tap for value in values for tap in taps(size)]
    mean, std = _moments(values, kernel.columns * kernel.groups, math.prod(request.weight.shape))
    shape = "x".join(str(size) for size in kernel.kernel_size)
    distribution = Bilinear(request.weight.shape, kernel.groups)
    return DrawSpec("bilinear", f"{shape} taps", distribution, mean, std)


def _gain(request: SchemeRequest) -> float:
    """Return the requested gain, or 1."""
    gain = gain_of(request.init, request.activation)
    if gain is None:
        return 1.0
    check_gain(gain)
    return gain


def _moments(values: list[float], times: int, size: int) -> tuple[float, float]:
    """Return mean and standard deviation of ``times`` each of ``values`` among ``size`` numbers, the rest 0."""
    mean = math.fsum(values) * times / size
    return mean, math.sqrt(math.fsum(value * value for value in values) * times / size - mean * mean)


STRUCTURED = (
    Scheme(
        "orthogonal",
        "rows or columns, whichever are fewer, orthogonal, of norm gain",
        "Saxe, McClelland & Ganguli 2013; Stewart 1980 and Mezzadri 2007 for the draw",
        orthogonal,
        GAIN_OPTIONS,
    ),
    Scheme(
        "delta_orthogonal",
        "orthogonal at the centre of a convolution's kernel, 0 elsewhere",
        "Xiao et al. 2018",
        delta_orthogonal,
        GAIN_OPTIONS,
    ),
    Scheme(
        "dirac",
        "1 from channel d to channel d of each group at the kernel's centre",
        "Zagoruyko & Komodakis 2017",
        dirac,
    ),
    Scheme(
        "identity",
        "gain on the diagonal, 0 elsewhere",
        "Le, Jaitly & Hinton 2015",
        identity,
        GAIN_OPTIONS,
    ),
    Scheme(
        "sparse",
        "N(0, std^2) for exactly nonzeros of each output's inputs, or each input's outputs",
        "Martens 2010",
        sparse,
        {
            "nonzeros": COUNT.means("Values that are not 0, for each output or each input"),
            "direction": Choice("incoming", "outgoing").means(
                "Whether nonzeros counts for each output, or for each input"
            ),
            "std": NOT_NEGATIVE.means("Standard deviation of the values that are not 0"),
        },
        needs=("nonzeros", "direction"),
        defaults={"std": 1.0},
    ),
    Scheme(
        "bilinear",
        "linear interpolation of each channel, for a transposed convolution",
        "Long, Shelhamer & Darrell 2015",
        bilinear,
    ),
)
