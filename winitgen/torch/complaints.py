"""What does not fit between a module and a spec: names, shapes, number formats, ties, placements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from winitgen.audit.matching import Matching, PlannedArray
from winitgen.audit.verify.headers import differences
from winitgen.files.input.stored_array import StoredArray
from winitgen.torch.module_tensors import ModuleTensor
from winitgen.torch.shards import LocalPart, PlacementError, local_part
from winitgen.torch.shared_memory import memory_of, overlapping, overlaps_itself
from winitgen.torch.stored_tensor import stored

if TYPE_CHECKING:
    from winitgen.layouts.tensor import Tensor


class Fill(NamedTuple):
    """A tensor of a module that is filled, and the name in the spec of the values that it gets."""

    name: str
    value: Any


class ModuleComparison(NamedTuple):
    """What is filled, and a line for each thing that does not fit."""

    fills: list[Fill]
    lines: list[str]


def compared(found: Sequence[ModuleTensor], planned: Mapping[str, Tensor], *, part: bool) -> ModuleComparison:
    """Compare the tensors of a module with those of a spec; with ``part`` the spec may have more.

    The lines about names, shapes and number formats are those of ``winitgen verify``.
    """
    pairs: list[PlannedArray] = []
    extra: list[StoredArray] = []
    lines: list[str] = []
    fills: list[Fill] = []
    for one in found:
        known = [name for name in one.names if name in planned]
        arrays = [stored(name, one.value) for name in known or one.names[:1]]
        pairs += [PlannedArray(planned[array.name], array) for array in arrays if known]
        extra += [] if known else arrays
        lines += _apart(known, planned)
        lines += _unfit(one.names[0], one.value)
        fills += [Fill(name, one.value) for name in known[:1]]
    lines += _shared(fills, planned)
    names = Counter(name for one in found for name in one.names)
    lines += [
        f"{name} is the name of {times} tensors, and the spec has one"
        for name, times in names.items()
        if times > 1
    ]
    missing = [] if part else [tensor for name, tensor in planned.items() if name not in names]
    matching = Matching(pairs, missing, extra, left_out=[])
    return ModuleComparison(fills, differences(matching, "pytorch") + lines)


def _apart(names: Sequence[str], planned: Mapping[str, Tensor]) -> Iterable[str]:
    """Yield a line for each name of one tensor whose values the spec draws apart from those of the first name."""
    for name in names[1:]:
        if _draws(planned[name]) != _draws(planned[names[0]]):
            yield f"{name} and {names[0]} are one tensor, and the spec draws two; tie them there by tied_to"


def _draws(tensor: Tensor) -> object:
    """Return what determines the values of a tensor."""
    return [(one.key, one.shape, one.zeroed, one.distribution) for one in tensor.parameters]


def _shared(fills: Sequence[Fill], planned: Mapping[str, Tensor]) -> Iterable[str]:
    """Yield a line for each two tensors in the same memory, unless they are the same elements and the spec draws them once."""
    found = []
    for name, value in fills:
        if torch.nn.parameter.is_lazy(value):
            continue
        with suppress(PlacementError):  # which has its own line
            memory = memory_of(name, local_part(value).values)
            found += [(memory, value.device)] if memory else []
    for one, other in overlapping(found):
        if one[1:] != other[1:] or _draws(planned[one.name]) != _draws(planned[other.name]):
            first, second = sorted((one.name, other.name))
            yield f"{first} and {second} share memory, and the spec draws two; give one memory of its own by clone(), or tie them there"


def _unfit(name: str, value: Any) -> Iterable[str]:
    """Yield why a tensor cannot be filled, whatever the spec says."""
    if torch.nn.parameter.is_lazy(value):
        return
    if value.layout is not torch.strided:
        yield f"{name} has the layout {value.layout}, and only torch.strided can be filled"
        return
    try:
        held = local_part(value)
    except PlacementError as error:
        yield f"{name} {error}"
        return
    memory = memory_of(name, held.values)
    if memory and overlaps_itself(memory):
        yield f"{name} has elements that share memory, as after expand; give it memory of its own by contiguous()"
    if _another_shape(held):
        yield f"{name} has the shape {list(held.values.shape)} on this rank, and its placements give {list(held.shape or ())}"


def _another_shape(held: LocalPart) -> bool:
    """Tell whether a rank holds another shape than the placements of the tensor give it."""
    return held.shape is not None and held.shape != tuple(held.values.shape)
