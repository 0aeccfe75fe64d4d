"""The layouts, a file or folder for each framework; `LAYOUTS` has every one by its name."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from winitgen.layouts.tensor import Layout, Tensor
from winitgen.numeric.dtypes import DTYPES
from winitgen.planning.kept import Kept
from winitgen.planning.plan import Plan


def _found() -> dict[str, Layout]:
    """Import every module of this package and keep those that are a layout."""
    modules = [import_module(module.name) for module in walk_packages(__path__, f"{__name__}.")]
    layouts: list[Layout] = [module.LAYOUT for module in modules if hasattr(module, "LAYOUT")]
    return {layout.name: layout for layout in sorted(layouts, key=lambda layout: layout.name)}


LAYOUTS = _found()

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
