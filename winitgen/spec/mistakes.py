"""Collecting all mistakes of a layer-spec, so that they are reported together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from winitgen.catalog.spellings import Spellings, folded
from winitgen.errors import Mistake, SpecError, printable

LONGEST_SHOWN = 40
LONGEST_PATH, LONGEST_MESSAGE = 200, 700
MOST_MISTAKES = 100
LONGEST_COMPARED, MOST_COMPARED = 200, 500
"""Limits for suggestions, as comparing is slow: the length of a name, and how many known names of similar length."""


class Location(NamedTuple):
    """A location in the document: line and column from 1 (0 for the file as a whole), and the path there.

    ``keys`` are the locations of a mapping's keys, if it is one.
    """

    line: int
    column: int
    path: str
    keys: dict[str, Location] | None = None

    def of(self, key: str) -> Location:
        """Return the location of ``key``, or this one if the key is not written."""
        return (self.keys or {}).get(key, self)


class TooManyMistakes(Exception):
    """So many mistakes were found that reading stops."""


class Mistakes:
    """The mistakes of one file, in the order found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Mistake] = []

    def add(self, location: Location, message: str) -> None:
        """Note one mistake; a duplicate, from another repetition, is dropped."""
        path, message = shortened(location.path, LONGEST_PATH), shortened(message, LONGEST_MESSAGE)
        mistake = Mistake(self.file, location.line, location.column, path, message)
        if mistake not in self.found:
            self.found.append(mistake)
        if len(self.found) >= MOST_MISTAKES:
            raise TooManyMistakes

    def raise_if_any(self) -> None:
        """Raise `SpecError` with all mistakes found so far, if there are any."""
        if self.found:
            raise SpecError(self.found)


def show(value: object) -> str:
    """Return ``value`` for quotation in a message: short, on one line, without control characters.

    >>> show("x" * 100), show(True), show(None), show([1])
    ("'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'", 'true', 'nothing', '[1]')
    """
    if isinstance(value, str):
        cut = value if len(value) <= LONGEST_SHOWN else value[: LONGEST_SHOWN - 3] + "..."
        return f"'{printable(cut)}'"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        inside = ", ".join(show(item) for item in value[:LONGEST_SHOWN])
        return f"[{inside}]" if len(inside) <= LONGEST_SHOWN else f"[{inside[: LONGEST_SHOWN - 3]}...]"
    return str(value)


def shortened(text: str, most: int) -> str:
    """Return ``text`` with its middle left out if it has more than ``most`` characters.

    >>> shortened("layers[0].layers[0].layers[0].units", 20)
    'layers[0]...0].units'
    """
    half = (most - 3) // 2
    return text if len(text) <= most else f"{text[: most - 3 - half]}...{text[-half:]}"


def suggest(name: str, known: Iterable[str], spellings: Spellings | None = None) -> str:
    """Return ``; did you mean 'x'?`` for the closest known name, or an empty text.

    >>> suggest("rellu", ["relu", "tanh"])
    "; did you mean 'relu'?"
    """
    close = closest(name, known, spellings)
    return f"; did you mean '{close}'?" if close else ""


def closest(name: str, known: Iterable[str], spellings: Spellings | None = None) -> str:
    """Return the known name most similar to ``name``, or an empty text.

    With ``spellings``, those of other programs for the known names, a name that they use comes first, and
    capitals, underscores and a module's name before a dot make no difference.
    """
    from difflib import get_close_matches

    known, name = list(known), name[:LONGEST_COMPARED]
    near = sorted(known, key=lambda other: abs(len(other) - len(name)))[:MOST_COMPARED]
    if spellings is not None:
        if meant := _spelled(name, known, spellings):
            return meant
        name = name.lower()
    close = get_close_matches(name, near, n=1)
    return close[0] if close else ""


def _spelled(name: str, known: list[str], spellings: Spellings) -> str:
    """Return the known name that is the same when `folded`, or that ``name`` stands for; else an empty text."""
    form = folded(name)
    same = [other for other in known if form and folded(other) == form]
    meant = [other for other in spellings.get(form, ()) if other in known]
    return next(iter((*same, *meant)), "")
