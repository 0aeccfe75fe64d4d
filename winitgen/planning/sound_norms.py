"""Whether frameworks can compute what a normalised kernel stands for: no length of 0, and none beyond a number format.

A kernel is looked at only where its law leaves this open, as of few or of very small values: nearly all kernels are
planned without a draw.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from winitgen.catalog.layers.flow import Refusal
from winitgen.drawing.distributions.constant import Constant
from winitgen.drawing.distributions.interval_normal import IntervalNormal
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.drawing.whole.delta_orthogonal import DeltaOrthogonal
from winitgen.drawing.whole.dirac import Dirac
from winitgen.drawing.whole.identity import Identity
from winitgen.drawing.whole.normed import KernelLengths, SingularTriple, SingularVector
from winitgen.drawing.whole.orthogonal import Orthogonal
from winitgen.drawing.whole.sparse import Sparse
from winitgen.numeric.dtypes import DTYPES, DType

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.planning.plan import Parameter

EPSILON = 1e-12
"""The length by which PyTorch's spectral_norm divides a vector that is shorter: its ``eps``."""

_SURE = -60.0
"""The base 2 logarithm of a probability that is none: a kernel is drawn to look at it where it may be more."""

_FAR = 12.0  # standard deviations beyond the mean length of normals; beyond lies less than e^-72
_FREE = 64  # elements of an orthogonal kernel that count as independent: together, their density at 0 is that of normals


class NormBounds(NamedTuple):
    """The smallest and the largest length, or singular value, that frameworks compute right."""

    low: float
    high: float

    def hold(self, low: float, high: float) -> bool:
        """Return whether everything from ``low`` to ``high`` is inside."""
        return self.low <= low and high <= self.high


def check_lengths(kernel: Parameter, lengths: KernelLengths) -> None:
    """Raise `Refusal` if a length of weight normalization is 0, or beyond what frameworks and the file can hold."""
    axis, dtype = lengths.axis, DTYPES[kernel.dtype]
    count = kernel.size // kernel.shape[axis]
    squares = _squares(dtype)
    # An error of half the smallest subnormal in each square is then below the rounding of their sum.
    bounds = NormBounds(math.sqrt(count * squares.low), math.sqrt(squares.high))
    if _surely(
        kernel, count, kernel.shape[axis], axis, bounds._replace(high=min(bounds.high, dtype.largest))
    ):
        return
    import numpy as np

    rows = lengths.kernel.rows(axis)
    (empty,) = (np.abs(rows).max(axis=1) == 0).nonzero()
    if len(empty):
        raise _refusal(
            f"weight_norm divides by 0 along axis {axis}, as all values at index {empty[0]} are 0 in {dtype.name}; "
            "choose another scheme, larger values or another dtype"
        )
    _check_found(lengths, rows, dtype, bounds)


def _check_found(lengths: KernelLengths, rows: Array, dtype: DType, bounds: NormBounds) -> None:
    """Raise `Refusal` if a length of drawn ``rows``, of which none is all 0, is beyond the bounds or the format."""
    import numpy as np

    with np.errstate(over="ignore"):
        found = lengths.of(rows)
        stored = found.astype(dtype.numpy())
    (outside,) = np.logical_or(found < bounds.low, found > bounds.high).nonzero()
    if len(outside):
        length = _length(rows[outside[0]])
        wide = _wide(dtype)
        raise _refusal(
            f"weight_norm adds squares in {wide}, which holds those of lengths from {bounds.low:.4g} to "
            f"{bounds.high:.4g}, but index {outside[0]} of axis {lengths.axis} has {length:.4g}; use "
            f"{_values(length < bounds.low)}{'' if wide == 'float64' else ', or dtype float64'}"
        )
    (beyond,) = np.logical_not(np.isfinite(stored)).nonzero()
    if len(beyond):
        raise _refusal(
            f"weight_norm has a length of {found[beyond[0]]:.4g} at index {beyond[0]} of axis {lengths.axis}, which does "
            f"not fit in {dtype.name}, whose largest number is {dtype.largest:.4g}; use smaller values, or another dtype"
        )


def check_singular(kernel: Parameter, vector: SingularVector) -> None:
    """Raise `Refusal` if the largest singular value is 0, or beyond what PyTorch's spectral_norm computes."""
    dtype, rows = DTYPES[kernel.dtype], kernel.shape[vector.axis]
    columns = kernel.size // rows
    bounds = _singular_bounds(dtype, 1 / math.sqrt(max(rows, columns)))
    if _surely(kernel, kernel.size, 1, None, bounds):
        return
    matrix = vector.kernel.rows(vector.axis)
    if not matrix.any():
        raise _refusal(
            f"spectral_norm divides by 0, as all values of this kernel are 0 in {dtype.name}; choose another scheme, "
            "larger values or another dtype"
        )
    together = _length(matrix.reshape(-1))
    if not bounds.hold(together / math.sqrt(min(rows, columns)), together):
        _check_triple(vector.triple(), dtype)


def _check_triple(found: SingularTriple, dtype: DType) -> None:
    """Raise `Refusal` if a singular value is beyond what PyTorch computes with its vectors."""
    largest = min(float(abs(vector).max()) for vector in (found.left, found.right))
    bounds = _singular_bounds(dtype, largest)
    if bounds.hold(found.value, found.value):
        return
    small = found.value < bounds.low
    same = dtype.name == "float64" or (small and found.value < EPSILON)
    raise _refusal(
        f"spectral_norm in {dtype.name} is right for a largest singular value from {bounds.low:.4g} to "
        f"{bounds.high:.4g} with the vectors of this kernel, which has {found.value:.4g}; use {_values(small)}"
        f"{'' if same else ', or a wider dtype'}"
    )


def _singular_bounds(dtype: DType, largest: float) -> NormBounds:
    """Return the bounds of the largest singular value, of vectors whose ``largest`` elements are given.

    PyTorch computes W v and W^T u in the number format of W, and not all of their elements may round to 0. Formats
    of 8 bits only store; a loader computes in a wider one.
    """
    high = math.sqrt(_squares(dtype).high)
    if dtype.itemsize == 1:
        return NormBounds(EPSILON, high)
    return NormBounds(max(EPSILON, dtype.smallest / largest), min(high, dtype.largest))


def _surely(kernel: Parameter, count: int, parts: int, axis: int | None, bounds: NormBounds) -> bool:
    """Return whether the law of a kernel keeps the lengths of all ``parts``, of ``count`` elements each, inside.

    Of a part that is not empty, some element must be at least as large as the lower bound.
    """
    law, least = kernel.distribution, max(bounds.low, DTYPES[kernel.dtype].smallest)
    if kernel.zeroed is not None or _ceiling(kernel, count) > bounds.high:
        return False
    if isinstance(law, Constant | Identity | Dirac):
        return law.extent.reach >= least
    free, std = count, kernel.std
    if isinstance(law, Sparse):
        free = law.nonzeros if law.incoming == (axis in {0, None}) else 0
        std = law.std
    elif isinstance(law, DeltaOrthogonal):
        taps = math.prod(kernel.shape[2:])
        free, std = min(count // taps, _FREE), std * math.sqrt(taps)
    elif isinstance(law, Orthogonal):
        free = min(count, _FREE)
    elif not isinstance(law, Normal | TruncatedNormal | IntervalNormal | Uniform):
        return False
    # No density of these laws exceeds 1 / std; 2^-30 is the probability of one drawn number at most.
    small = 2.0 * least / std + 2.0**-30
    return small < 1.0 and math.log2(parts) + free * math.log2(small) < _SURE


def _ceiling(kernel: Parameter, count: int) -> float:
    """Return a length that ``count`` elements of a kernel surely do not exceed."""
    law, root = kernel.distribution, math.sqrt(count)
    reach = law.extent.reach * root
    if isinstance(law, Normal | TruncatedNormal):  # the length of normals is within _FAR of its mean
        return min(reach, abs(law.mean) * root + law.std * (root + _FAR))
    if isinstance(law, IntervalNormal):
        return max(abs(law.mean + law.std * end) for end in (law.low, law.high)) * root
    return reach


def _squares(dtype: DType) -> NormBounds:
    """Return the smallest normal and the largest number of the format in which squares are added."""
    wide = DTYPES[_wide(dtype)]
    return NormBounds(2.0**-1022 if wide.itemsize == 8 else 2.0**-126, wide.largest)


def _wide(dtype: DType) -> str:
    """Return the format in which PyTorch adds the squares of another one."""
    return "float64" if dtype.name == "float64" else "float32"


def _length(vector: Array) -> float:
    """Return the length of a vector that is not all 0, whatever the size of its squares."""
    import numpy as np

    largest = float(np.abs(vector).max())
    return largest * math.sqrt(float(np.square(vector / largest).sum()))


def _values(small: bool) -> str:
    return "larger values" if small else "smaller values"


def _refusal(message: str) -> Refusal:
    return Refusal("kernel_norm", message)
