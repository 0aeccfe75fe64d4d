"""Fields of a config that are no variable of its family's layer-spec: misspelt, common to all configs, or not used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from winitgen.configs.known_fields import IGNORED
from winitgen.spec.mistakes import LONGEST_PATH, shortened

MISSPELT = 0.9
"""How similar a field must be to one that is missing to be a mistake: an extra or a missing letter in ten."""

MOST_NAMED = 20
"""How many fields that are not used a note names."""


def meant_by(name: str, absent: Iterable[str]) -> str:
    """Return which of the fields that are not given an unknown one must have meant, as it differs in little; empty if none.

    >>> meant_by("hiden_size", ["hidden_size", "vocab_size"]), meant_by("sizes", ["hidden_size"])
    ('hidden_size', '')
    """
    return next(iter(get_close_matches(name, [*absent], n=1, cutoff=MISSPELT)), "")


def is_common(name: str, path: str) -> bool:
    """Return whether a field, also one of a section, is one that every config may have, or private to the library."""
    own = path.rpartition(".")[2]
    return name in IGNORED or own in IGNORED or own.startswith("_")


def listed(fields: Sequence[str]) -> str:
    """Return the names of the first fields, and how many more there are."""
    more = f" and {len(fields) - MOST_NAMED:,} more" if len(fields) > MOST_NAMED else ""
    return ", ".join(shortened(field, LONGEST_PATH) for field in fields[:MOST_NAMED]) + more
