"""The library's function that draws a model into arrays; only who calls it needs NumPy."""

from __future__ import annotations

from typing import SupportsIndex

from winitgen.arguments import Dtype
from winitgen.files.bound_plan import bound
from winitgen.layouts import tensors
from winitgen.layouts.tensor import Tensor
from winitgen.load import Source, plan
from winitgen.numeric.arrays import Array
from winitgen.planning.plan import Plan
from winitgen.spec.model import ModelSpec


def generate(
    spec: ModelSpec | Source | Plan,
    *,
    seed: SupportsIndex | None = None,
    dtype: Dtype | None = None,
    layout: str | None = None,
) -> dict[str, Array]:
    """Draw a model in memory; return its arrays by name.

    Matrices that are computed as a whole, such as orthogonal ones, are shared among all processors.
    """
    with bound(plan(spec, seed=seed, dtype=dtype, layout=layout)) as (planned, *_):
        return {tensor.name: _array(tensor) for tensor in tensors(planned)}


def _array(tensor: Tensor) -> Array:
    """Return all values of a tensor, drawn in blocks: scratch memory that fits the cache is several times faster."""
    from winitgen.drawing.draw import in_blocks

    return in_blocks(tensor.draw, tensor.shape, tensor.dtype)
