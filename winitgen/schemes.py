"""The schemes: how the spread of a parameter's first values follows from its fans.

Most are one formula, variance = scale / fan, with rows of data::

    std   = sqrt(scale / fan)           of a normal or truncated normal
    limit = sqrt(3 * scale / fan)       half the width of a uniform

where fan is ``fan_in``, ``fan_out`` or their mean ``fan_avg``, and scale is the square of the gain.
Slides that write Var(W) = sqrt(2 / fan_in) and the like give the *standard deviation*: the papers'
variances are the ones in this table.
"""

from __future__ import annotations

from typing import Any, NamedTuple

MODES = ("fan_in", "fan_out", "fan_avg")
DISTRIBUTIONS = ("normal", "uniform", "truncated_normal")
FAN_WORDS = ("gain", "mode", "distribution", "bounds", "correct")


class Scheme(NamedTuple):
    """One row: what a spec can call it, what it may be told, and where it comes from.

    ``scale``, ``mode`` and ``distribution`` are the row's part of the one formula: a ``mode`` means
    that the scheme follows the fans, an empty ``distribution`` that the spec's default holds.
    ``words`` are the keys that a mapping with this scheme may have, ``needs`` those it must have, and
    ``defaults`` the values of others that are left out. ``builder`` is the function that turns the
    scheme into a distribution, by its module among the builders of ``planning`` and its name.
    """

    name: str
    formula: str
    source: str
    scale: float = 0.0
    mode: str = ""
    distribution: str = ""
    words: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    defaults: dict[str, Any] = {}  # noqa: RUF012 - rows are constants
    builder: str = "fans.by_fans"


class Init(NamedTuple):
    """A scheme as a spec asks for it: its name, and the words it was given (None where not)."""

    scheme: str
    mean: float | None = None
    std: float | None = None
    low: float | None = None
    high: float | None = None
    bounds: float | tuple[float, float] | None = None
    correct: bool | None = None
    value: float | None = None
    scale: float | None = None
    mode: str | None = None
    distribution: str | None = None
    gain: float | str | None = None


AUTO = Init("auto")

_FAMILIES = (
    ("lecun", 1.0, "fan_in", "1 / fan_in", "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp"),
    ("xavier", 1.0, "fan_avg", "2 / (fan_in + fan_out)", "Glorot & Bengio 2010, eqs. 12 and 16"),
    ("he", 2.0, "fan_in", "2 / fan_in", "He, Zhang, Ren & Sun 2015, eq. 10"),
)


def _family_rows() -> list[Scheme]:
    """Return each family's row without an ending, then one row for each distribution."""
    rows = []
    for name, scale, mode, variance, source in _FAMILIES:
        formula = f"variance {variance}"
        rows.append(Scheme(name, f"{formula}, the default distribution", source, scale, mode, "", FAN_WORDS))
        rows += [
            Scheme(
                f"{name}_{distribution}",
                f"{formula}, {distribution.replace('_', ' ')}",
                source,
                scale,
                mode,
                distribution,
                ("gain", "mode", "bounds", "correct")
                if distribution == "truncated_normal"
                else ("gain", "mode"),
            )
            for distribution in DISTRIBUTIONS
        ]
    return rows


SCHEMES = {
    row.name: row
    for row in (
        Scheme(
            "auto",
            "by the activation: xavier, he or lecun",
            "",
            words=("gain", "mode", "distribution", "bounds", "correct"),
        ),
        *_family_rows(),
        Scheme(
            "variance_scaling",
            "variance scale / fan",
            "He et al. 2015, generalised",
            1.0,
            "fan_in",
            words=("scale", *FAN_WORDS),
        ),
        Scheme(
            "normal",
            "N(mean, std^2)",
            "",
            distribution="normal",
            words=("mean", "std"),
            defaults={"mean": 0.0, "std": 1.0},
            builder="spread.normal",
        ),
        Scheme(
            "uniform",
            "U(low, high)",
            "",
            distribution="uniform",
            words=("low", "high"),
            needs=("low", "high"),
            builder="spread.uniform",
        ),
        Scheme(
            "truncated_normal",
            "N(mean, .) cut at bounds (in sigma), std after the cut",
            "",
            distribution="truncated_normal",
            words=("mean", "std", "bounds", "correct"),
            defaults={"mean": 0.0, "std": 1.0, "bounds": 2.0, "correct": True},
            builder="spread.normal",
        ),
        Scheme("zeros", "0", "", defaults={"value": 0.0}, builder="constants.fixed"),
        Scheme("ones", "1", "", defaults={"value": 1.0}, builder="constants.fixed"),
        Scheme("constant", "value", "", words=("value",), needs=("value",), builder="constants.constant"),
        Scheme(
            "forget_bias",
            "1 for the forget gate of an LSTM, 0 for the others",
            "Gers, Schmidhuber & Cummins 2000; Jozefowicz, Zaremba & Sutskever 2015",
            builder="constants.forget_bias",
        ),
    )
}
"""Every scheme by its name, in the order in which they are listed."""

ALIASES = {
    other + ending: family + ending
    for other, family in (("glorot", "xavier"), ("kaiming", "he"))
    for ending in ("", *(f"_{distribution}" for distribution in DISTRIBUTIONS))
}
"""Other names in use, each with the name in the table."""
