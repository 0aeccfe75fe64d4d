"""The table of what differs in other releases of the library, as `tests.families.versions` measured it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from specs.reference.tables.markdown import code, codes, table

PATH = Path(__file__).parents[3] / "tests" / "families" / "versions.json"
MOST = 6
"""So many differences of a kind are named in a cell; the file has them all."""

Family = Mapping[str, Any]
"""By version: ``same``, ``absent``, or the differences by their kinds."""


def versions(_: str, before: str) -> str:
    """Return how many families are the same in every release measured, and a table of those that are not."""
    found = json.loads(PATH.read_text(encoding="utf-8"))
    return version_table(found["versions"], found["families"])


def version_table(releases: list[str], families: Mapping[str, Family]) -> str:
    """Return the families that are the same, those that releases do not have, and a table of the differences.

    >>> law = {"reads": True, "laws": ["fc.weight: std 1, not 2"]}
    >>> print(version_table(["4", "5"], {"a": {"4": "absent", "5": "same"}, "b": {"4": law, "5": law}}))
    Measured with 4 and 5, of 2 families 0 are the same in both and 1 differs. Not in 4: `a`.
    <BLANKLINE>
    | family | release | its file, not winitgen's | reads winitgen's |
    |---|---|---|---|
    | `b` | 4, 5 | laws: `fc.weight: std 1, not 2` | yes |
    """
    same = sum(all(words == "same" for words in family.values()) for family in families.values())
    rows = [row for name, family in families.items() for row in _rows(name, family)]
    differ = len({row[0] for row in rows})
    listed = " and ".join([", ".join(releases[:-1]), releases[-1]]) if releases[1:] else releases[0]
    every = {1: "it", 2: "both"}.get(len(releases), "all")
    are, differs = "is" if same == 1 else "are", "differs" if differ == 1 else "differ"
    counts = f"Measured with {listed}, of {len(families)} families {same} {are} the same in {every} and {differ} {differs}."
    head = [counts, *_absent(releases, families)]
    titles = ["family", "release", "its file, not winitgen's", "reads winitgen's"]
    return "\n\n".join([" ".join(head), *([table(titles, rows)] if rows else [])])


def _absent(releases: list[str], families: Mapping[str, Family]) -> Iterator[str]:
    for release in releases:
        names = [name for name, family in families.items() if family[release] == "absent"]
        if names:
            yield f"Not in {release}: {codes(names)}."


def _rows(name: str, family: Family) -> Iterator[list[str]]:
    """Yield a row for each way in which a family differs, with the releases in which it does."""
    releases: dict[tuple[str, str], list[str]] = {}
    for release, words in family.items():
        if not isinstance(words, str):
            releases.setdefault((_words(words), _reads(words)), []).append(release)
    for (words, reads), some in releases.items():
        yield [code(name), ", ".join(some), words, reads]


def _words(words: Mapping[str, Any]) -> str:
    """Return the differences of each kind, without those of reading."""
    return "; ".join(f"{kind}: {_some(lines)}" for kind, lines in sorted(words.items()) if kind != "reads")


def _reads(words: Mapping[str, Any]) -> str:
    """Return whether a release reads winitgen's file; what it does not find is in the names that differ."""
    if "reads" not in words:
        return ""
    return "yes" if words["reads"] is True else "no"


def _some(lines: list[str]) -> str:
    shown = codes(line.replace("`", "'") for line in lines[:MOST])
    return f"{shown} and {len(lines) - MOST} more" if lines[MOST:] else shown
