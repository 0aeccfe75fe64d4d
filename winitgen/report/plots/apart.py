"""Names of layers in little room that still tell the layers apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

from winitgen.report.plots.block_names import parts
from winitgen.report.plots.labels import fitted

_SHARES = (0.5, 0.75, 1.0, 0.25)
"""Which share of a name that is too long is kept before the dots; the rest is what follows them."""


def told_apart(names: Sequence[str], inches: float, size: float) -> list[str]:
    """Return each name at most this wide, in letters of ``size``; what is cut is what tells no layer from another.

    Names lose their middle. Where several then look alike, or lose a number, they lose another part of their length, or the first
    parts, which all share: whatever leaves the most that differ.
    """
    best: list[str] = []
    most = -1
    for shown in (list(names), _without_shared(names)):
        for share in _SHARES:
            found = [fitted(name, inches, size, before=share) for name in shown]
            clear = len(
                {short for name, short in zip(shown, found, strict=True) if _numbers(name) == _numbers(short)}
            )
            if clear > most:
                best, most = found, clear
            if most == len(set(names)):
                return best
    return best


def _numbers(name: str) -> list[str]:
    """Return the numbers in a name: a block 10 must not become a block 0."""
    return re.findall(r"\d+", name)


def _without_shared(names: Sequence[str]) -> list[str]:
    """Return names with three dots in place of the first parts that all have; the last part always stays.

    >>> _without_shared(["model.h.0.fc", "sum after model.h.1.fc"])
    ['…0.fc', 'sum after …1.fc']
    """
    split = [parts(name) for name in names]
    most = min(map(len, split), default=1) - 1
    shared = next((depth for depth in range(most) if len({one[depth] for one in split}) > 1), most)
    if not shared:
        return list(names)
    return [
        f"{name.removesuffix('.'.join(one))}…{'.'.join(one[shared:])}"
        for name, one in zip(names, split, strict=True)
    ]
