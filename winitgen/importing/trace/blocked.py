"""Tensors whose parts along one axis are drawn by different laws, such as fused kernels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from winitgen.catalog.schemes.options import MOST_BLOCKS
from winitgen.importing.trace.history import Piece
from winitgen.importing.trace.laws import TensorLaw

LONGEST = 1 << 20
"""Most indices of an axis that are looked at one by one."""


def blocks(found: Sequence[Piece], shape: tuple[int, ...]) -> Mapping[str, Any] | None:
    """Return the scheme of a tensor of a shape that was filled by pieces, of which later ones lie over earlier ones.

    None unless each piece is a run of indices of one axis, the same for all, with everything on the other axes.
    """
    for axis, size in enumerate(shape):
        whole = [(0, other) for other in shape]
        if all((*piece.part[:axis], (0, size), *piece.part[axis + 1 :]) == tuple(whole) for piece in found):
            runs = _runs(found, axis, size)
            return None if runs is None else _scheme(runs, axis)
    return None


def _runs(found: Sequence[Piece], axis: int, size: int) -> list[tuple[int, TensorLaw]] | None:
    """Return the sizes of the runs of one piece along an axis, with their laws; None if there are too many.

    What is left of an orthogonal matrix of which a part was overwritten is none.
    """
    if size > LONGEST:
        return None
    owners = [-1] * size
    for number, piece in enumerate(found):
        low, high = piece.part[axis]
        owners[low:high] = [number] * (high - low)
    runs: list[tuple[int, TensorLaw]] = []
    start = 0
    for place in range(1, size + 1):
        if place < size and owners[place] == owners[start]:
            continue
        if owners[start] < 0:
            return None
        piece = found[owners[start]]
        if piece.law.kind == "orthogonal" and piece.part[axis] != (start, place):
            return None
        runs.append((place - start, piece.law))
        start = place
    return runs if len(runs) <= MOST_BLOCKS else None


def _scheme(runs: Sequence[tuple[int, TensorLaw]], axis: int) -> Mapping[str, Any]:
    found = {"sizes": [size for size, _ in runs], "init": [_short(law).scheme() for _, law in runs]}
    return {"scheme": "blocks", **({"axis": axis} if axis else {}), **found}


def _short(law: TensorLaw) -> TensorLaw:
    """Return a law with numbers of 15 digits, as all laws are written; whole numbers have as many as they need."""
    if law.kind == "integers":
        return law
    return TensorLaw(law.kind, tuple(float(f"{number:.15g}") for number in law.numbers))
