"""From a scheme, the fans and the activation to a distribution that fits the number format."""

from __future__ import annotations

from winitgen.catalog.activations import Applied
from winitgen.catalog.init import Init
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.schemes import SCHEMES
from winitgen.catalog.schemes.constants import number
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest, Unfit
from winitgen.numeric.dtypes import EXACT, DType

DRAWABLE = {"float32": (1e-25, 1e30), "float64": (1e-290, 1e290)}
"""The range of spreads that each drawing precision holds with all its digits."""


def choose(init: Init, weight: Weight, activation: Applied, default: str, dtype: DType) -> DrawSpec:
    """Return how ``weight`` is drawn; ``default`` is the distribution of names without an ending.

    Raises `Unfit` if the scheme does not suit the parameter, or the values do not fit the number format.
    """
    row = SCHEMES[init.scheme]
    if dtype.lowest is not None:
        check_fractions(init, dtype)
    if 0 in weight.shape:
        return number(row.name, "no values", 0.0)
    narrow = dtype.name != dtype.drawn_in
    draw_spec = row.build(SchemeRequest(init, row, weight, activation, default, narrow))
    check_values(draw_spec, dtype)
    return draw_spec


def check_fractions(init: Init, dtype: DType) -> None:
    """Raise `Unfit` if a scheme, or that of a block, draws fractions, for a format of whole numbers."""
    if not SCHEMES[init.scheme].whole:
        *others, last = (name for name, other in SCHEMES.items() if other.whole and not _is_indirect(other))
        raise Unfit(
            f"the scheme {init.scheme} draws fractions, which {dtype.name} cannot hold; write {', '.join(others)} or "
            f"{last}, or a dtype such as float32"
        )
    for part in init.get("init", tuple) or ():
        check_fractions(part, dtype)


def _is_indirect(row: Scheme) -> bool:
    """Return whether a scheme's values are those of other schemes, or of a file, so that it is no advice."""
    return not row.options.keys().isdisjoint(("init", "sha256"))


def check_values(draw_spec: DrawSpec, dtype: DType) -> None:
    """Raise `Unfit` if the number format does not hold the values, or those of a block."""
    for part in draw_spec.parts:
        check_values(part, dtype)
    if draw_spec.parts:
        return
    if dtype.lowest is None:
        check_range(draw_spec, dtype)
    else:
        check_whole(draw_spec, dtype, dtype.lowest)


def check_whole(draw_spec: DrawSpec, dtype: DType, lowest: float) -> None:
    """Raise `Unfit` unless the values are whole numbers from ``lowest`` to the largest of the format."""
    low, high = draw_spec.distribution.span()
    step = getattr(draw_spec.distribution, "step", 0.0)
    for value in getattr(draw_spec.distribution, "values", (low, high, step)):
        if not value.is_integer():
            raise Unfit(f"{value:g} is not a whole number, but {dtype.name} holds nothing else")
    if not lowest <= low <= high <= dtype.largest:
        values = f"{low:.16g} does" if low == high else f"values from {low:.16g} to {high:.16g} do"
        raise Unfit(f"{values} not fit in {dtype.name}, which holds {_range(lowest, dtype.largest)}")


def _range(lowest: float, largest: float) -> str:
    """Return a range of whole numbers as text.

    >>> _range(-128.0, 127.0), _range(1.0 - 2.0**53, 2.0**53 - 1), _range(0.0, 2.0**53 - 1)
    ('-128 to 127', '-(2^53 - 1) to 2^53 - 1 here', '0 to 2^53 - 1 here')
    """
    if largest == EXACT:
        return f"{'-(2^53 - 1)' if lowest else 0} to 2^53 - 1 here"
    return f"{lowest:.0f} to {largest:.0f}"


def check_range(draw_spec: DrawSpec, dtype: DType) -> None:
    """Raise `Unfit` if the values would lose digits or not fit in the number format."""
    reach, width = draw_spec.distribution.extent
    if draw_spec.scheme == "integers" and reach > 2.0**dtype.digits:
        raise Unfit(
            f"whole numbers up to {reach:.0f} are not all in {dtype.name}, which holds each one up to "
            f"{2**dtype.digits}; write a smaller range, or another dtype"
        )
    smallest, largest = DRAWABLE[dtype.drawn_in]
    if width is not None and not smallest <= width <= largest:
        raise Unfit(
            f"a spread of {width:.4g} is outside the range {smallest:g} to {largest:g} in which {dtype.name} is drawn"
        )
    vanishing = dtype.smallest / 2
    spread = reach if width is None else width
    lost = 0 < spread < vanishing and abs(draw_spec.mean) < vanishing
    if lost or 0 < reach <= vanishing:  # exactly half is a tie, which is rounded to even
        what = f"a value of {draw_spec.mean:.4g}" if width is None else f"a spread of {width:.4g}"
        raise Unfit(
            f"{what} rounds to zero in {dtype.name}, whose smallest number is {dtype.smallest:.4g}; "
            "use zeros, a larger number, or another dtype"
        )
    if not reach <= dtype.largest:
        raise Unfit(
            f"values up to {reach:.4g} do not fit in {dtype.name}, whose largest number is {dtype.largest:.4g}"
        )
