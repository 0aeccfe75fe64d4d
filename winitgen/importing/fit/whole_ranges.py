"""The range of random whole numbers: tensors of one role have one, where their values allow it."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Sequence

from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.kinds import pooled
from winitgen.importing.fit.looking import Look
from winitgen.importing.fit.whole_draws import BEYOND, WholeDraws, scheme_of
from winitgen.importing.found import FoundTensor


def in_ranges(
    arrays: Sequence[StoredArray], names: Sequence[str], looks: Sequence[Look], tied: Collection[str]
) -> dict[str, FoundTensor]:
    """Return the tensors of random whole numbers with their laws: those whose names differ only in numbers together.

    A range ends at the smallest and the largest value, as no other end is likelier; ``tied`` tensors are left out.
    """
    roles: dict[object, list[tuple[str, StoredArray, WholeDraws]]] = defaultdict(list)
    for array, name, look in zip(arrays, names, looks, strict=True):
        if isinstance(look, WholeDraws) and name not in tied:
            roles[re.sub(r"\d+", "#", name), array.shape, array.dtype].append((name, array, look))
    found = {}
    for members in roles.values():
        together = [draws for _, _, draws in members]
        whole = _joined(together)
        for name, array, draws in members:
            law, of = (draws, 1) if whole is None else (whole, len(members))
            text = f"{_evidence(law, array.dtype, of)}{draws.remark}"
            found[name] = FoundTensor(name, array.shape, array.dtype, scheme_of(law.low, law.high), text)
    return found


def _joined(draws: Sequence[WholeDraws]) -> WholeDraws | None:
    """Return the values of several tensors as draws of one range; None if an end of one is too far from theirs."""
    low, high = min(one.low for one in draws), max(one.high for one in draws)
    for one in draws:
        room = BEYOND * (high - low + 1) / one.moments.values
        if one.low - low > room or high - one.high > room:
            return None
    return WholeDraws(low, high, pooled([one.moments for one in draws]))


def _evidence(draws: WholeDraws, dtype: str, tensors: int) -> str:
    """Return what speaks for a range, and how sure its ends are."""
    seen = draws.moments
    of = f" of {tensors:,} tensors" if tensors > 1 else ""
    text = f"whole numbers, {int(seen.low)} to {int(seen.high)} in {seen.values:,} values{of}"
    if (draws.low, draws.high) != (seen.low, seen.high):
        return f"{text}; the ends are those of {dtype}"
    room = math.floor(BEYOND * (draws.high - draws.low + 1) / seen.values)
    return f"{text}; either end may lie up to {room:,} further out" if room else text
