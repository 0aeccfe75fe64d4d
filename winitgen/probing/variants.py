"""Variants of one network: several schemes, and the values of a sweep."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Any, NamedTuple

from winitgen import arguments
from winitgen.catalog import spellings
from winitgen.catalog.init import Init
from winitgen.catalog.presets import PRESETS
from winitgen.catalog.schemes import ALIASES, SCHEMES
from winitgen.errors import UsageError
from winitgen.spec.mistakes import show, suggest
from winitgen.spec.operations import Number
from winitgen.spec.scalars import resolve

GAIN = "gain"
"""The sweep that is not of a variable: every kernel has the standard deviation gain / sqrt(fan_in)."""

DRAWN = ("kernel", "recurrent_kernel", "projection_kernel")
"""The roles of the parameters that compared schemes and a sweep of the gain draw."""

NOT_OF_KERNELS = frozenset({"forget_bias", "sinusoidal"})
"""Schemes that draw no kernel of any layer, whatever its shape."""

AS_IS = "spec"
"""The name, among compared schemes, of the spec as it is."""

MOST_POINTS = 1000


class Sweep(NamedTuple):
    """The values that one variable of the spec, or the gain, takes in turn."""

    variable: str
    values: tuple[Number, ...]


class Variant(NamedTuple):
    """One way to draw the network.

    ``instead`` maps roles to the schemes that replace the spec's. ``preset`` is a framework that draws all for which it has
    a rule, whatever the spec says.
    """

    label: str
    scheme: str | None
    value: Number | None
    variables: dict[str, Number]
    instead: dict[str, Init]
    preset: str = ""


def variants(schemes: Sequence[str], sweep: Sweep | None) -> list[Variant]:
    """Return every compared scheme at every value of the sweep; without either, the spec as it is.

    A framework's name among the schemes means the framework's defaults. Raises `UsageError` for schemes that
    do not exist or need options.
    """
    if sweep is not None and sweep.variable == GAIN and schemes:
        raise UsageError(
            "a sweep of the gain draws every kernel with that gain; it cannot be combined with --compare"
        )
    points = _points(sweep) if sweep is not None else [(None, "")]
    inits: list[tuple[str | None, Init | None]] = [(name, _init(name)) for name in schemes]
    inits = inits or [(None, None)]
    return [_variant(name, init, sweep, *point) for (name, init), point in product(inits, points)]


def _points(sweep: Sweep) -> list[tuple[Number | None, str]]:
    """Return the values of a sweep, each with its label: with as many digits as tell all of them apart."""
    for digits in (6, 9, 17):
        labels = [_label(value, digits) for value in sweep.values]
        if len(set(labels)) == len(labels):
            break
    return [(value, f"{sweep.variable} = {label}") for value, label in zip(sweep.values, labels, strict=True)]


def _label(value: Number, digits: int) -> str:
    """Return a number with so many significant digits; a whole one with all of its own, unless it is very long."""
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    return str(value) if abs(value) < 10**17 else f"{Decimal(value):.{digits}g}"


def _variant(
    name: str | None, init: Init | None, sweep: Sweep | None, value: Number | None, label: str
) -> Variant:
    labels = [name] if name else []
    variables: dict[str, Number] = {}
    if sweep is not None and value is not None:
        labels.append(label)
        if sweep.variable == GAIN:
            init = Init("lecun", gain=float(value))
        else:
            variables[sweep.variable] = value
    instead = {} if init is None else dict.fromkeys(DRAWN, init)
    return Variant(
        ", ".join(labels), name, value, variables, instead, name if name and name in PRESETS else ""
    )


def comparable() -> list[str]:
    """Return the names that a comparison can have: schemes that draw a kernel without an option, presets, the spec's own."""
    names = [name for name in (*SCHEMES, *ALIASES) if ALIASES.get(name, name) not in NOT_OF_KERNELS]
    return [*(name for name in names if not _needed(ALIASES.get(name, name))), *PRESETS, AS_IS]


def _needed(name: str) -> str:
    """Return the options without which a scheme draws nothing; empty if it has none."""
    row = SCHEMES[name]
    return " and ".join(row.needs) or " or ".join(row.needs_one_of)


def _init(name: str) -> Init | None:
    """Return a compared scheme, or None for the spec's own and for a framework's."""
    if name == AS_IS or name in PRESETS:
        return None
    known = ALIASES.get(name, name)
    if known not in SCHEMES:
        hint = (
            suggest(name, [*SCHEMES, *ALIASES, *PRESETS, AS_IS], spellings.SCHEMES)
            or "; `winitgen schemes` and `winitgen presets` list them"
        )
        raise UsageError(f"--compare: unknown scheme {show(name)}{hint}")
    if what := _needed(known):
        raise UsageError(
            f"--compare: the scheme {name} needs {what}; write it in the spec and compare with '{AS_IS}'"
        )
    return Init(known)


def parse_schemes(text: str) -> list[str]:
    """Return the names in ``A,B,C``, in order; raise `UsageError` if one is empty or repeated."""
    names = [name.strip() for name in text.split(",")]
    twice = next((name for name in names if names.count(name) > 1), None)
    if "" in names or twice is not None:
        what = f"{show(twice)} appears twice" if twice else "a name is empty"
        raise UsageError(f"--compare takes schemes such as xavier_normal,he_normal; in {show(text)} {what}")
    return names


def parse_sweep(text: str) -> Sweep:
    """Return the sweep of ``NAME=FROM:TO:POINTS`` or ``NAME=A,B,C``; raise `UsageError` for anything else.

    Between two whole numbers a variable takes only whole numbers; a gain also takes fractions.

    >>> parse_sweep("depth=2:10:3")
    Sweep(variable='depth', values=(2, 6, 10))
    """
    name, equals, points = text.partition("=")
    name = name.strip()
    if not equals or not name or not points.strip():
        raise _wrong(text, "")
    parts = points.split(":")
    if len(parts) == 1:
        listed = [_number(part, text) for part in points.split(",")]
        if (twice := _repeated(listed)) is not None:
            raise _wrong(text, f"; {twice} appears twice")
        return sweep(name, listed)
    if len(parts) != 3:
        raise _wrong(text, "")
    first, last, count = (_number(part, text) for part in parts)
    if not isinstance(count, int) or not 1 <= count <= MOST_POINTS:
        raise _wrong(text, f"; a sweep has 1 to {MOST_POINTS} points")
    values = _between(first, last, count)
    if name != GAIN and isinstance(first, int) and isinstance(last, int):
        values = list(dict.fromkeys(round(value) for value in values))
    return sweep(name, values)


def _between(first: Number, last: Number, count: int) -> list[Number]:
    """Return numbers at equal distances; the ends are as given, however far from each other."""
    steps = max(count - 1, 1)
    if math.isinf(last - first):
        inside = [first / steps * (steps - index) + last / steps * index for index in range(1, count - 1)]
    else:
        inside = [first + (last - first) / steps * index for index in range(1, count - 1)]
    return [first, *inside, last][:count]


def sweep(name: str, values: Sequence[Number]) -> Sweep:
    """Return a sweep; raise `UsageError` if it has no points, or a gain that is not above 0."""
    if not values:
        raise UsageError(f"a sweep of {name} has no points; give it at least one value")
    if name == GAIN and min(values) <= 0:
        raise UsageError(f"a gain must be above 0, not {_label(min(values), 6)}")
    if name == GAIN and max(values) > sys.float_info.max:
        raise UsageError(f"a gain must be below 1.8e308, not {_label(max(values), 6)}")
    return Sweep(name, tuple(values))


def sweep_of(given: Mapping[str, Sequence[Number]] | None) -> Sweep | None:
    """Return the sweep given as a mapping of one name to its values, or None."""
    if given is None:
        return None
    named = arguments.mapping("sweep", given, arguments.numbers)
    if len(named) != 1:
        raise UsageError(f"a sweep varies one variable, not {len(named)}")
    ((name, values),) = named.items()
    if (twice := _repeated(values)) is not None:
        raise UsageError(f"a sweep of {name} has {twice} twice; give each value once")
    return sweep(name, values)


def _repeated(values: Sequence[Number]) -> Number | None:
    return next((value for place, value in enumerate(values) if value in values[:place]), None)


def _number(text: str, whole: str) -> Number:
    try:
        value: Any = resolve(text.strip())
    except ValueError:
        value = None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _wrong(whole, f"; {show(text)} is not a number")
    return value


def _wrong(text: str, why: str) -> UsageError:
    return UsageError(
        f"--sweep takes NAME=FROM:TO:POINTS or NAME=A,B,C, such as gain=0.5:2:16, not {show(text)}{why}"
    )
