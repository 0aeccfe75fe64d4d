"""The layouts, a file or folder for each framework; `LAYOUTS` has every one by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winitgen.numeric.dtypes import DTYPES
from winitgen.on_demand import OnDemand
from winitgen.planning.kept import Kept
from winitgen.planning.plan import Plan

if TYPE_CHECKING:
    from winitgen.layouts.tensor import Layout, Tensor

LAYOUTS: OnDemand[Layout] = OnDemand(
    lambda: {
        "flax": f"{__name__}.flax.linen:LAYOUT",
        "keras": f"{__name__}.keras.layout:LAYOUT",
        "nnx": f"{__name__}.flax.nnx:LAYOUT",
        "torch": f"{__name__}.torch:LAYOUT",
    }
)

_LAID_OUT: Kept[Plan, list[Tensor]] = Kept()


def tensors(planned: Plan) -> list[Tensor]:
    """Return the tensors of a plan, by the names of its layout, in the order of the spec.

    A plan is laid out once. Each caller gets tensors of its own, so that two can draw at the same time.
    """
    return [tensor.undrawn() for tensor in _laid_out(planned)]


def names(planned: Plan) -> list[str]:
    """Return the names of the tensors of a plan, in the order of the spec."""
    return [tensor.name for tensor in _laid_out(planned)]


def size_of(planned: Plan) -> int:
    """Return the size of all values of a plan, in bytes."""
    return sum(tensor.size * DTYPES[tensor.dtype].itemsize for tensor in _laid_out(planned))


def _laid_out(planned: Plan) -> list[Tensor]:
    known = _LAID_OUT.of(planned)
    return _LAID_OUT.keep(planned, LAYOUTS[planned.layout].tensors(planned)) if known is None else known
