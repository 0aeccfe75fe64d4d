"""Which array of a file is which tensor of a plan: containers write names in ways of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from winitgen.errors import Mistake, printable
from winitgen.files.input.open_file import OpenFile, StoredArray
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.dtypes import DTYPES

MOST_SHOWN = 20
"""Differences that are told one by one."""

_LONGEST_NAME = 200

NAMINGS: tuple[Callable[[Tensor], str], ...] = (
    lambda tensor: tensor.name,
    lambda tensor: tensor.name.replace(".", "/"),
    lambda tensor: tensor.name.replace("/", "."),
    lambda tensor: tensor.place or tensor.name,
)
"""How a file may name a tensor: as the layout does, HDF5 along groups, with dots alone, and Keras's own files."""


class Pair(NamedTuple):
    """A tensor of the plan, and the array of the file that should hold its values."""

    tensor: Tensor
    stored: StoredArray


class Matched(NamedTuple):
    """The pairs, in the order of the spec, and what differs before a value is looked at."""

    pairs: list[Pair]
    differences: list[str]


def match(weights: OpenFile, tensors: Sequence[Tensor]) -> Matched:
    """Match the arrays of a file with tensors, by the naming that fits most of them."""
    stored = {array.name: array for array in weights.tensors}
    if len(tensors) == 1 and set(stored) == {""}:  # a lone array in an .npy has no name
        names = [""]
    else:
        candidates = [[naming(tensor) for tensor in tensors] for naming in NAMINGS]
        names = max(candidates, key=lambda names: sum(name in stored for name in names))
    there = [(tensor, name) for tensor, name in zip(tensors, names, strict=True) if name in stored]
    pairs = [Pair(tensor, stored[name]) for tensor, name in there]
    missing = [
        f"{tensor.name} is missing" for tensor, name in zip(tensors, names, strict=True) if name not in stored
    ]
    foreign = sorted(set(stored) - set(names))
    extra = [f"{shown(name)} is not among the tensors of the spec" for name in foreign]
    changed = [line for pair in pairs if (line := _changed(pair, weights.format))]
    return Matched(pairs, missing + extra + changed)


def _changed(pair: Pair, container: str) -> str:
    """Return how an array's shape or number format differs from the tensor's, or nothing."""
    tensor, stored = pair
    found = []
    if stored.shape != tensor.shape:
        found.append(f"has the shape {list(stored.shape)}, not {list(tensor.shape)}")
    if stored.dtype != tensor.dtype and not (
        container != "safetensors" and stored.dtype == DTYPES[tensor.dtype].stored_as
    ):
        found.append(f"is {shown(stored.dtype)}, not {tensor.dtype}")
    return f"{tensor.name} {' and '.join(found)}" if found else ""


def shown(name: str) -> str:
    """Return a name out of a file as a message may show it; a lone array in an ``.npy`` has none."""
    if not name:
        return "an array without a name"
    return printable(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}...")


def told(path: str, differences: Sequence[str]) -> list[Mistake]:
    """Return differences as lines about a file: the first of them, and how many more there are."""
    lines: Iterable[str] = islice(differences, MOST_SHOWN)
    found = [Mistake(path, 0, 0, "", line) for line in lines]
    if len(differences) > MOST_SHOWN:
        found.append(Mistake(path, 0, 0, "", f"and {len(differences) - MOST_SHOWN:,} more"))
    return found
