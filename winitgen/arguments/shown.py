"""Values of any kind: as a number if they are one, and in a message."""

from __future__ import annotations

import operator

from winitgen.errors import printable
from winitgen.spec.mistakes import LONGEST_SHOWN, show

LONGEST_NUMBER = 2**1024
"""Whole numbers from here on are neither taken nor written out: no spec has a use for them, and Python may refuse it."""


def shown(value: object) -> str:
    """Return a value for quotation in a message, short and on one line; its own words for itself are not asked for.

    >>> shown("torch"), shown(5), shown(None), shown([1]), shown(int)
    ("'torch'", '5', 'nothing', "an object of type 'list'", "the class 'int'")
    """
    value = unboxed(value)
    if isinstance(value, str):
        return show(str.__str__(value))
    if value is None or isinstance(value, bool):
        return show(value)
    if isinstance(value, int):
        return (
            int.__repr__(value) if abs(value) < LONGEST_NUMBER else f"a number of {value.bit_length()} bits"
        )
    if isinstance(value, float):
        return float.__repr__(value)
    kind, named = ("the class", value) if isinstance(value, type) else ("an object of type", type(value))
    return f"{kind} '{printable(named.__name__[:LONGEST_SHOWN])}'"


def unboxed(value: object) -> object:
    """Return a number, truth value or text of NumPy or another array library as Python's; anything else as it is."""
    if isinstance(value, int | float | str):
        return float(value) if isinstance(value, float) else value
    try:
        if value.ndim != 0 or getattr(value.dtype, "kind", "") in ("m", "M"):  # type: ignore[attr-defined]
            return value
        item: object = value.item()  # type: ignore[attr-defined]
    except Exception:  # whatever it is, it is no number
        return value
    return item if isinstance(item, int | float | str) else value


def whole(value: object) -> int | None:
    """Return any kind of whole number, NumPy's too, as an int; None for a truth value and anything else."""
    if isinstance(unboxed(value), bool):
        return None
    try:
        return int(operator.index(value))  # type: ignore[arg-type]
    except Exception:  # arrays, too, have an index, which raises
        return None
