"""What a report says of tensors that are copied from a base."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from winitgen.errors import printable
from winitgen.files.copied_tensor import CopiedTensor
from winitgen.files.formats.format import byte_count
from winitgen.writing.base.division import Division

_MOST_NAMED = 5


def copied_row(tensor: CopiedTensor, path: str) -> dict[str, Any]:
    """Return the report of a copied tensor, with the keys of a drawn one; its values are not measured."""
    return {
        "name": tensor.name,
        "ids": [],
        "keys": [],
        "shape": list(tensor.shape),
        "dtype": tensor.dtype,
        "elements": tensor.size,
        "bytes": byte_count(tensor),
        "scheme": "copied",
        "formula": "",
        "why": f"base {path}",
        "fan_in": None,
        "fan_out": None,
        "planned": {"mean": None, "std": None},
        "measured": None,
        "histogram": None,
        "density": None,
    }


def notes_of(path: str, drawn: int, copied: int, division: Division) -> list[str]:
    """Return notes about how many tensors are drawn and copied, and about those that only one of both has."""
    path = printable(path)
    notes = [f"{_count(drawn)} drawn, and {_count(copied)} copied from {path}"]
    if division.added:
        notes.append(f"drawn because {path} lacks {_them(division.added)}: {_named(division.added)}")
    if division.extra:
        extra = [tensor.name for tensor in division.extra]
        notes.append(f"copied too, though the layer-spec does not have {_them(extra)}: {_named(extra)}")
    if division.dropped:
        dropped = division.dropped
        notes.append(
            f"left out of the copy, since {_them(dropped, 'it is', 'they are')} to be drawn and the layer-spec "
            f"does not have {_them(dropped)}: {_named(dropped)}"
        )
    return notes


def _count(number: int) -> str:
    return f"{number:,} tensor is" if number == 1 else f"{number:,} tensors are"


def _them(names: Sequence[str], one: str = "it", several: str = "them") -> str:
    return one if len(names) == 1 else several


def _named(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return printable(", ".join(names[:_MOST_NAMED])) + more
