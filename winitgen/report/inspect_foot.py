"""The lines below the table of ``winitgen inspect``: facts, metadata and notes of the file, and equal tensors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from winitgen.errors import printable
from winitgen.report.columns import size
from winitgen.report.inspect_table import COMPLEX, plural, shown_name
from winitgen.report.unread import reasons

LONGEST_TEXT = 200
"""Most characters shown of a text in a file's metadata."""

MOST_NOTES = 10
"""Most notes about a file that are shown."""

MOST_EQUAL = 4
"""Most names of equal tensors in a line."""


def foot(report: dict[str, Any], *, unread: Iterable[tuple[str, str]], some_complex: bool) -> Iterator[str]:
    """Yield the lines about the file as a whole.

    ``unread`` are names of tensors whose values cannot be read, each with the reason; ``some_complex`` says that some are of
    complex numbers. Both are known without the rows, each of which is made when it is asked for.
    """
    totals, facts = report["totals"], report["facts"]
    parts = [plural(totals["tensors"], "tensor"), plural(totals["elements"], "value"), size(totals["bytes"])]
    reported = [f"{key.replace('_', ' ')} {_fact(value)}" for key, value in facts.items()]
    yield f"{', '.join(parts)}; {', '.join([report['format'], *reported])}"
    if report["provenance"] is not None:
        yield recipe_line(report["provenance"])
    for key, text in report["metadata"].items():
        yield f"metadata {_shortened(key)}: {_shortened(text)}"
    if some_complex:
        yield COMPLEX
    yield from reasons(unread)
    yield from note_lines(report["notes"])
    yield from note_lines(unusual_clauses(report["unusual"]))
    yield from equal_lines(report["equal"] or ())


def equal_lines(groups: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a line for each of the first groups of equal tensors, and one for the others.

    >>> list(equal_lines([["head", "table"], ["a", "b", "c", "d", "e", "f"]]))
    ['head = table', 'a = b = c = d = 2 more']
    """
    for names in groups[:MOST_NOTES]:
        more = [f"{len(names) - MOST_EQUAL:,} more"] if len(names) > MOST_EQUAL else []
        yield " = ".join([*map(shown_name, names[:MOST_EQUAL]), *more])
    if len(groups) > MOST_NOTES:
        yield f"and {len(groups) - MOST_NOTES:,} more groups of equal tensors"


def unusual_clauses(found: Sequence[dict[str, str]]) -> list[str]:
    """Return what is unusual about tensors, one clause each.

    >>> unusual_clauses([{"tensor": "w", "what": "1 of 5,000 values is -2"}])
    ['w: 1 of 5,000 values is -2']
    """
    return [f"{shown_name(one['tensor'])}: {one['what']}" for one in found]


def note_lines(notes: Sequence[str]) -> Iterator[str]:
    """Yield a line for each of the first notes, and one for the others."""
    yield from (f"note: {printable(note)}" for note in notes[:MOST_NOTES])
    if len(notes) > MOST_NOTES:
        yield f"note: and {len(notes) - MOST_NOTES:,} more"


def recipe_line(recipe: dict[str, Any]) -> str:
    """Return the recipe of a file drawn by winitgen as one line."""
    if recipe["recipe"] == "hash":
        return f"drawn by winitgen; the SHA-256 of its recipe is {_shortened(recipe['sha256'])}"
    model = [_shortened(recipe["model"])] if recipe["model"] else []
    settings = [
        f"seed {recipe['seed']}",
        recipe["dtype"],
        f"{recipe['layout']} layout",
        f"stream {recipe['stream']}",
    ]
    return f"drawn by winitgen: {', '.join(map(_shortened, [*model, *settings]))}"


def _fact(value: int | str) -> str:
    return f"{value:,}" if isinstance(value, int) else _shortened(value)


def _shortened(text: object) -> str:
    """Return a text from the file on one line, cut after `LONGEST_TEXT` characters."""
    shown = str(text)
    return printable(shown if len(shown) <= LONGEST_TEXT else f"{shown[:LONGEST_TEXT]}...")
