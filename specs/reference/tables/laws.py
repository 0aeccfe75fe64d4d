"""The table of measured laws, as the code has them."""

from __future__ import annotations

import re

from specs.reference.tables.markdown import code, codes, table
from winitgen.audit.statistics.measured.table import LAWS, LibraryLaw

_HEAD = ["library", "measured", "planned law", "formats", "what it draws instead", "said as"]


def laws(_: str, __: str) -> str:
    """Return one row per measured law, in the order of the code."""
    return table(_HEAD, map(_row, LAWS))


def _row(law: LibraryLaw) -> list[str]:
    library = f"{law.library} ({law.others})" if law.others else law.library
    return [library, law.version, codes(law.kinds), codes(law.formats), law.changes, code(_plain(law.said))]


def _plain(said: str) -> str:
    """Return a sentence with a letter for each number.

    >>> _plain("{count:,} values, tails cut at {reach:.1f} standard deviations")
    'N values, tails cut at N standard deviations'
    """
    return re.sub(r"\{[^}]*\}", "N", said)
