"""Tables of the language: the keys outside layers, and the number formats."""

from __future__ import annotations

from specs.reference.tables.markdown import code, table
from winitgen.numeric.dtypes import DTYPES, FLOAT_DTYPES
from winitgen.spec.defaults import DEFAULTS, RULE_KEYS
from winitgen.spec.document import TOP_LEVEL

KEYS = {"top": TOP_LEVEL, "defaults": DEFAULTS, "rules": RULE_KEYS}


def keys(of: str, before: str) -> str:
    """Return the keys of the top level, of ``defaults`` or of a rule."""
    return table(["key", "meaning"], ([code(key), meaning] for key, meaning in KEYS[of].items()))


def dtypes(_: str, before: str) -> str:
    """Return the number formats that parameters can have."""
    rows = [DTYPES[name] for name in FLOAT_DTYPES]
    return table(
        ["dtype", "bytes", "largest", "smallest above 0", "drawn in"],
        (
            [
                code(row.name),
                str(row.itemsize),
                f"{row.largest:.6g}",
                f"{row.smallest:.4g}",
                code(row.drawn_in),
            ]
            for row in rows
        ),
    )
