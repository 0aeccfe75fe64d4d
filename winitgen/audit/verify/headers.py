"""Differences between a file and a plan that need no values: names, shapes, number formats."""

from __future__ import annotations

from collections.abc import Sequence

from winitgen.audit.matching import Matching, PlannedArray
from winitgen.errors import Mistake, printable
from winitgen.files.stored_bits import holds_bits

MOST_SHOWN = 20
"""The most differences that are reported one by one."""

_LONGEST_NAME = 200


def differences(found: Matching, container: str) -> list[str]:
    """Return a line for each missing tensor, each unplanned array, and each other shape or number format."""
    missing = [f"{tensor.name} is missing" for tensor in found.missing]
    extra = [
        f"{shown(name)} is not among the tensors of the spec"
        for name in sorted(stored.name for stored in found.extra)
    ]
    changed = [line for pair in found.pairs if (line := _changed(pair, container))]
    return missing + extra + changed


def _changed(pair: PlannedArray, container: str) -> str:
    """Return how an array's shape or number format differs from the tensor's; empty if equal."""
    tensor, stored = pair
    found = []
    if stored.shapeless:
        found.append(f"has no shape, not {list(tensor.shape)}")
    elif stored.shape != tensor.shape:
        found.append(f"has the shape {list(stored.shape)}, not {list(tensor.shape)}")
    if stored.dtype != tensor.dtype and not holds_bits(stored, tensor.dtype, container):
        found.append(f"is {shown(stored.dtype)}, not {tensor.dtype}")
    if stored.unread and not found:
        found.append(f"was not read: {stored.unread}")
    return f"{tensor.name} {' and '.join(found)}" if found else ""


def shown(name: str) -> str:
    """Return a name from a file, shortened and printable; the array of an ``.npy`` has none."""
    if not name:
        return "an array without a name"
    return printable(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}...")


def as_mistakes(path: str, lines: Sequence[str]) -> list[Mistake]:
    """Return the first lines about a file as mistakes, and how many more there are."""
    found = [Mistake(path, 0, 0, "", line) for line in lines[:MOST_SHOWN]]
    if len(lines) > MOST_SHOWN:
        found.append(Mistake(path, 0, 0, "", f"and {len(lines) - MOST_SHOWN:,} more"))
    return found
