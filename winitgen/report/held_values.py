"""How many values a plan holds: trained, in buffers, and tied to others, with their bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.layouts import tensors
from winitgen.numeric.dtypes import DTYPES
from winitgen.planning.kinds_of_parameters import is_buffer, is_tied
from winitgen.report.columns import size

if TYPE_CHECKING:
    from winitgen.planning.plan import Parameter, Plan, PlannedLayer


class HeldValues(NamedTuple):
    """Numbers of values: those that can be trained, those of buffers, and those that a tied parameter has of another one."""

    trainable: int
    buffers: int
    tied: int


def stored_ids(plan: Plan) -> set[str]:
    """Return the ids of the parameters that are in a tensor: a layout may have none, as Keras for the count of batches."""
    return {parameter.id for tensor in tensors(plan) for parameter in tensor.parameters}


def held_by(layer: PlannedLayer, stored: AbstractSet[str]) -> HeldValues:
    """Return the numbers of one layer; only ``stored`` parameters count, and those of others that it leaves out."""
    return _held_by_all([layer], stored)


def _held_by_all(layers: Iterable[PlannedLayer], stored: AbstractSet[str]) -> HeldValues:
    sizes = dict.fromkeys(HeldValues._fields, 0)
    for layer in layers:
        for parameter in layer.parameters:
            if parameter.id in stored:
                sizes[_kind(layer, parameter)] += parameter.size
        for parameter in layer.omitted:
            sizes["tied"] += parameter.size
    return HeldValues(**sizes)


def stored_bytes(plan: Plan, stored: AbstractSet[str]) -> dict[str, int]:
    """Return the bytes of all values but those of tied parameters, by number format."""
    sizes: Counter[str] = Counter()
    for parameter in plan.parameters:
        if parameter.id in stored and not is_tied(parameter):
            sizes[parameter.dtype] += parameter.size * DTYPES[parameter.dtype].itemsize
    return dict(sizes)


def held_values(plan: Plan) -> dict[str, Any]:
    """Return the numbers of all layers of a plan by their names in `HeldValues`, and the ``bytes`` of what is stored once."""
    stored = stored_ids(plan)
    return {**_held_by_all(plan.layers, stored)._asdict(), "bytes": stored_bytes(plan, stored)}


def values_line(totals: dict[str, Any]) -> str:
    """Return the numbers of values and their bytes as text.

    >>> values_line({"trainable": 1000, "buffers": 0, "tied": 20, "bytes": {"float32": 4000}})
    'values: 1,000 trainable, 20 tied, which are counted once; 4 kB of float32'
    """
    kinds = [f"{totals['trainable']:,} trainable"]
    kinds += [f"{totals['buffers']:,} in buffers"] if totals["buffers"] else []
    kinds += [f"{totals['tied']:,} tied, which are counted once"] if totals["tied"] else []
    formats = ", ".join(f"{size(count)} of {dtype}" for dtype, count in totals["bytes"].items())
    return f"values: {', '.join(kinds)}; {formats}"


def _kind(layer: PlannedLayer, parameter: Parameter) -> str:
    """Return which of the numbers in `HeldValues` a parameter counts for."""
    if is_tied(parameter):
        return "tied"
    return "buffers" if is_buffer(layer, parameter) else "trainable"
