"""Where a verdict begins, and how a user says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from winitgen import arguments
from winitgen.arguments.plain_values import number
from winitgen.errors import UsageError


class Thresholds(NamedTuple):
    """Where a verdict begins.

    A ``signal`` that shrinks or grows by more than this factor has vanished or exploded; a gradient has vanished if it shrinks by more
    than ``gradient``, and exploded if it grows by more than ``growth``, as a smaller learning rate makes up for that. Samples
    that differ by less than ``distinct``, a share of their size, have become alike. ``saturated`` is
    the share of inputs to an output's activation, if bounded on both sides, where its slope is below 1 % of its largest; hard tanh saturates
    0.32 of N(0, 1). ``dead`` is the share of a layer's units; half are dead if all samples have become alike, as in a deep
    ReLU network.

    The numbers separate best what trained from what did not among 144 networks: 136 are right. `tests.training` has 30 others.
    """

    signal: float = 1500.0
    gradient: float = 200.0
    growth: float = 1500.0
    distinct: float = 0.002
    saturated: float = 0.5
    dead: float = 0.9


DEFAULT = Thresholds()

FACTORS = ("signal", "gradient", "growth")
"""The thresholds that are factors of at least 1; the others are shares from 0 to 1."""


def thresholds_of(name: str, given: object) -> Thresholds:
    """Return the default thresholds with those in the mapping ``given``; ``name`` is the argument's, for messages.

    A ``gradient`` without a ``growth`` is both.
    """
    if given is None:
        return DEFAULT
    found: Mapping[str, float] = arguments.mapping(name, given, number)
    for key, value in found.items():
        _check(f"{name}[{key!r}]" if key in Thresholds._fields else name, key, value)
    if "gradient" in found:
        found = {"growth": found["gradient"], **found}
    return DEFAULT._replace(**found)


def parse_thresholds(texts: Iterable[str]) -> dict[str, float]:
    """Return the thresholds in texts such as ``gradient=10``."""
    found: dict[str, float] = {}
    for text in texts:
        key, sign, written = (part.strip() for part in text.partition("="))
        if not sign:
            raise UsageError("--threshold takes NAME=NUMBER, as in gradient=10")
        try:
            value = float(written)
        except ValueError:
            from winitgen.spec.mistakes import show

            raise UsageError(f"--threshold {key}: expected a number, not {show(written)}") from None
        if key in found:
            raise UsageError(f"--threshold gives {key!r} twice; give each threshold once")
        _check(f"--threshold {key}" if key in Thresholds._fields else "--threshold", key, value)
        found[key] = value
    return found


def _check(place: str, key: str, value: float) -> None:
    """Raise `UsageError` unless there is such a threshold and it can be this number."""
    from winitgen.spec.mistakes import show, suggest

    if key not in Thresholds._fields:
        hint = suggest(key, Thresholds._fields) or f"; they are {', '.join(Thresholds._fields)}"
        raise UsageError(f"{place}: unknown threshold {show(key)}{hint}")
    if key in FACTORS and not 1 < value < float("inf"):
        raise UsageError(f"{place}: expected a factor above 1, not {value:g}")
    if key not in FACTORS and not 0 <= value <= 1:
        raise UsageError(f"{place}: expected a share from 0 to 1, not {value:g}")
