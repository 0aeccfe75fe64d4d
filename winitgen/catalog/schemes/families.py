"""LeCun, Xavier and He: one formula, three rows of data, each with every distribution."""

from __future__ import annotations

from winitgen.catalog.schemes.scheme import DISTRIBUTIONS, FAN_WORDS, Scheme

_FAMILIES = (
    ("lecun", 1.0, "fan_in", "1 / fan_in", "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp"),
    ("xavier", 1.0, "fan_avg", "2 / (fan_in + fan_out)", "Glorot & Bengio 2010, eqs. 12 and 16"),
    ("he", 2.0, "fan_in", "2 / fan_in", "He, Zhang, Ren & Sun 2015, eq. 10"),
)


def family_rows() -> list[Scheme]:
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
                ("gain", "gain_rule", "mode", "bounds", "correct")
                if distribution == "truncated_normal"
                else ("gain", "gain_rule", "mode"),
            )
            for distribution in DISTRIBUTIONS
        ]
    return rows


FAMILY_NAMES = tuple(row.name for row in family_rows())
"""LeCun, Xavier and He, without an ending and with each."""
