"""Finds a replacement of names that fits none of the first file's, as one has that was written for the other file."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from winitgen.audit.name_rules import NameRules
from winitgen.errors import printable


def rename_hint(rules: NameRules, first: Sequence[str], other: Sequence[str] | None = None) -> str:
    """Return a line about the first replacement that fits no name of the ``first`` file; empty if each fits one.

    ``other`` are the names of the second of two files, A and B, which are not replaced; None if there is one file.
    """
    if not rules.replacements:
        return ""
    fitting = {number for one in rules.renamed(first) for number in one.fitting}
    unfit = next((number for number in range(len(rules.replacements)) if number not in fitting), None)
    if unfit is None:
        return ""
    pattern, text = rules.replacements[unfit]
    line = f"hint: --rename {printable(shlex.quote(f'{pattern.pattern}={text}'))} fits no name of {'the file' if other is None else 'A'}"
    count = sum(unfit in one.fitting for one in rules.renamed(other or []))
    if not count:
        return line
    return f"{line}, whose names it would replace, but {count:,} of B; write it for A, or give B first"
