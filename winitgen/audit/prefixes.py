"""Finds the prefix that a program has put before the names of one of two lists: every wrapper of a model has its own."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Collection, Sequence

from winitgen.audit.name_rules import NameRules
from winitgen.errors import printable

KNOWN = ("module.", "_orig_mod.", "model.")
"""What PyTorch's parallel wrappers, its compiler, and the classes of Hugging Face's libraries put before a name."""

_DEEPEST = 8
"""The most parts of a name that may be the prefix."""

_ENOUGH = 2
"""Names that have to match without a prefix that is not known."""


def prefix_hint(one: Sequence[str], other: Sequence[str], alone: Collection[str]) -> str:
    """Return a line about the prefix without which more names of two lists match; empty if there is none.

    ``alone`` are the names that have no partner yet.
    """
    lists = [[name.replace("/", ".") for name in names] for names in (one, other)]
    left = {name.replace("/", ".") for name in alone}
    mine, theirs = ({name for name in names if name in left} for names in lists)
    counts = _counted(mine, theirs) + _counted(theirs, mine)
    fitting = [prefix for prefix, count in counts.items() if _is_one(prefix, count, mine, theirs)]
    found = max(fitting, key=lambda prefix: (counts[prefix], prefix in KNOWN, -len(prefix)), default="")
    if not found or not all(_stay_apart(names, found) for names in lists):
        return ""
    count = counts[found]
    more = "1 more tensor matches" if count == 1 else f"{count:,} more tensors match"
    return f"hint: {more} with --strip-prefix {printable(shlex.quote(found))}"


def _counted(bare: Collection[str], longer: Collection[str]) -> Counter[str]:
    """Return how many names are, without a prefix, among the bare ones, by the prefix."""
    counts: Counter[str] = Counter()
    for name in longer:
        end = 0
        for _ in range(_DEEPEST):
            end = name.find(".", end) + 1
            if not end:
                break
            if name[end:] in bare:
                counts[name[:end]] += 1
    return counts


def _is_one(prefix: str, count: int, mine: Collection[str], theirs: Collection[str]) -> bool:
    """Tell whether a prefix is a known one, or explains all names that one of the lists has alone."""
    return prefix in KNOWN or count >= max(_ENOUGH, min(len(mine), len(theirs)))


def _stay_apart(names: Sequence[str], prefix: str) -> bool:
    """Tell whether no two names become the same without the prefix."""
    rules = NameRules(prefix=prefix)
    return len(set(map(rules.stripped, names))) == len(set(names))
