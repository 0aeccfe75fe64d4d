"""Draw a range of a parameter's elements by the compiled kernels alone, without NumPy, which a small model need not wait for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from winitgen.compiled.kernels import kernels
from winitgen.numeric.plain_values import PlainScratch, PlainValues

if TYPE_CHECKING:
    from winitgen.drawing.draw import Drawn

_FORMATS = ("float32", "float16", "bfloat16")


def is_plain(parameter: Drawn) -> bool:
    """Tell whether a parameter can be drawn here: the kernels are there, and know its distribution and its format."""
    return (
        hasattr(parameter.distribution, "plain_sampler")
        and parameter.dtype in _FORMATS
        and parameter.zeroed is None
        and sys.byteorder == "little"
        and kernels() is not None
    )


def draw(parameter: Drawn, start: int, count: int, scratch: PlainScratch) -> PlainValues:
    """Return elements ``start`` to ``start + count`` of a parameter that `is_plain`: the bits that `draw.draw` gives.

    The memory is that of ``scratch``, valid until the next call with it.
    """
    compiled: Any = kernels()
    made: Any = parameter.distribution  # whose sampler takes less time to make than to keep
    values: memoryview = made.plain_sampler(compiled)(parameter.key, start, count, scratch)
    if parameter.dtype == "float32":
        return PlainValues("float32", values)
    stored = scratch.array("stored", count, "uint16")
    getattr(compiled, f"to_{parameter.dtype}")(values, stored)
    return PlainValues(parameter.dtype, stored)
