"""Lines about the tensors of a file whose values were not read, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from winitgen.errors import printable

MOST_NAMED = 3
"""Tensors that are named of those with one reason."""

MOST_REASONS = 10


def reasons(found: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield a line for each of the first reasons, with the first tensors that have it; ``found`` are names and reasons.

    >>> list(reasons([("w", "it is text"), ("b", "it is text")]))
    ['not read: w, b: it is text']
    """
    named: dict[str, list[str]] = {}
    for name, why in found:
        named.setdefault(why, []).append(printable(name) or "(no name)")
    for why, names in list(named.items())[:MOST_REASONS]:
        more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
        yield f"not read: {', '.join(names[:MOST_NAMED])}{more}: {printable(why)}"
    if (rest := sum(map(len, list(named.values())[MOST_REASONS:]))) > 0:
        yield f"not read: {rest:,} more, for other reasons"
