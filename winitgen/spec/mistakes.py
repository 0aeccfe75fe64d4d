"""Collecting all mistakes of a layer-spec, so that they are reported together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from winitgen.catalog.spellings import Spellings, folded
from winitgen.errors import Mistake, SpecError, printable
from winitgen.spec.likeness import MOST_PAIRS_OF_ALL, Comparisons

LONGEST_SHOWN = 40
LONGEST_PATH, LONGEST_MESSAGE = 200, 700
MOST_MISTAKES = 100
LONGEST_COMPARED, MOST_COMPARED = 200, 500
"""Limits for suggestions, as comparing is slow: the length of a name, and how many known names of similar length."""


class Round(NamedTuple):
    """One repetition: its index with the number, and the item with its name if there is one."""

    variable: str
    number: int
    name: str = ""
    item: Any = None

    def __str__(self) -> str:
        item = f", {self.name} = {show_item(self.item)}" if self.name else ""
        return f"{self.variable} = {self.number}{item}"


class TextPlace(NamedTuple):
    """A line and a column of the document, from 1."""

    line: int
    column: int


class Location(NamedTuple):
    """A location in the document: line and column from 1 (0 for the file as a whole), and the path there.

    ``keys`` are the places of the values of a mapping's keys, if it is one; ``rounds`` the repetitions that a mistake
    there names.
    """

    line: int
    column: int
    path: str
    keys: Mapping[str, TextPlace] | None = None
    rounds: tuple[Round, ...] = ()

    def of(self, key: str) -> Location:
        """Return the location of ``key``, or this one if the key is not written."""
        place = (self.keys or {}).get(key)
        return self if place is None else Location(*place, f"{self.path}.{key}", None, self.rounds)


class TooManyMistakes(Exception):
    """So many mistakes were found that reading stops."""


class Mistakes:
    """The mistakes of one file, in the order found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Mistake] = []
        self._known: set[tuple[int, int, str, str]] = set()
        self.comparisons = Comparisons(MOST_PAIRS_OF_ALL)
        self._hints: dict[str, str] = {}

    def add(self, location: Location, message: str) -> None:
        """Note one mistake, with its repetition; a duplicate, from another repetition, is dropped."""
        path, message = shortened(location.path, LONGEST_PATH), shortened(message, LONGEST_MESSAGE)
        known = location.line, location.column, path, message
        if known not in self._known:
            self._known.add(known)
            if location.rounds:
                message += f" ({', '.join(map(str, location.rounds))})"
            self.found.append(Mistake(self.file, location.line, location.column, path, message))
        if len(self.found) >= MOST_MISTAKES:
            raise TooManyMistakes

    def suggest(self, name: str, known: Collection[str], more: Sequence[str] = ()) -> str:
        """Do what `suggest` does for a reference, of which a repetition may have thousands, and ``more`` known names.

        The same name has the same suggestion, and after many long searches there is none.
        """
        name = name[:LONGEST_COMPARED]
        if name not in self._hints:
            search = self.comparisons.begin(len(known))
            names = [*known, *more] if search else []
            self._hints[name] = suggest(name, names, comparisons=self.comparisons)
        return self._hints[name]

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
        return f"[{_joined(map(show, value))}]"
    return str(value)


def show_item(item: object) -> str:
    """Return an item of a repetition as `show` does, but a mapping with its values.

    >>> show_item({"width": 40, "kernel": [3, 5]})
    '{width: 40, kernel: [3, 5]}'
    """
    if not isinstance(item, dict):
        return show(item)
    return f"{{{_joined(f'{shortened(key, LONGEST_SHOWN)}: {show(value)}' for key, value in item.items())}}}"


def _joined(parts: Iterable[str]) -> str:
    """Return parts with commas between them, cut; no part is made that would not be seen."""
    inside = ""
    for part in parts:
        inside += f", {part}" if inside else part
        if len(inside) > LONGEST_SHOWN:
            return f"{inside[: LONGEST_SHOWN - 3]}..."
    return inside


def shortened(text: str, most: int) -> str:
    """Return ``text`` with its middle left out if it has more than ``most`` characters.

    >>> shortened("layers[0].layers[0].layers[0].units", 20)
    'layers[0]...0].units'
    """
    half = (most - 3) // 2
    return text if len(text) <= most else f"{text[: most - 3 - half]}...{text[-half:]}"


def suggest(
    name: str,
    known: Iterable[str],
    spellings: Spellings | None = None,
    comparisons: Comparisons | None = None,
) -> str:
    """Return ``; did you mean 'x'?`` for the closest known name, or an empty text.

    >>> suggest("rellu", ["relu", "tanh"])
    "; did you mean 'relu'?"
    """
    close = closest(name, known, spellings, comparisons)
    return f"; did you mean '{close}'?" if close else ""


def closest(
    name: str,
    known: Iterable[str],
    spellings: Spellings | None = None,
    comparisons: Comparisons | None = None,
) -> str:
    """Return the known name most similar to ``name``, or an empty text.

    With ``spellings``, those of other programs for the known names, a name that they use comes first, and
    capitals, underscores and a module's name before a dot make no difference. ``comparisons`` bounds the work.
    """
    from difflib import get_close_matches

    known, name = list(known), name[:LONGEST_COMPARED]
    near = sorted(known, key=lambda other: abs(len(other) - len(name)))[:MOST_COMPARED]
    if spellings is not None:
        if meant := _spelled(name, known, spellings):
            return meant
        name = name.lower()
    near = list((comparisons or Comparisons()).affordable(name, near))
    close = get_close_matches(name, near, n=1)
    return close[0] if close else ""


def _spelled(name: str, known: list[str], spellings: Spellings) -> str:
    """Return the known name that is the same when `folded`, or that ``name`` stands for; else an empty text."""
    form = folded(name)
    same = [other for other in known if form and folded(other) == form]
    meant = [other for other in spellings.get(form, ()) if other in known]
    return next(iter((*same, *meant)), "")
