"""Draws the values of a file again and compares them, block by block, in several threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from winitgen.audit.matching import PlannedArray
from winitgen.errors import UnreadableError
from winitgen.files.formats.format import FilePlan, TensorSpan
from winitgen.files.output.observed import Observed, Observer
from winitgen.files.output.pump import Pump
from winitgen.numeric.dtypes import DTYPES

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class FirstDifference(NamedTuple):
    """The first element that differs: its tensor, its index in C order, and both values as text."""

    tensor: str
    element: int
    indices: tuple[int, ...]
    stored: str
    drawn: str

    def __str__(self) -> str:
        """Return the difference as a clause, with the element's indices and its number."""
        position = f"[{', '.join(map(str, self.indices))}] (element {self.element:,})" if self.indices else ""
        return f"{self.tensor}{position} is {self.stored}, not {self.drawn}"


def first_difference(
    pairs: Sequence[PlannedArray],
    *,
    threads: int = 1,
    observers: Sequence[Observer] = (),
    progress: Callable[[int], object] | None = None,
) -> FirstDifference | None:
    """Return the first element, in the order of the pairs, that differs from the drawn value, or None.

    There is one observer per pair, or none; it sees the drawn values. Raises `UnreadableError` if the
    file cannot be read up to there.
    """
    redraw = _Redraw(pairs, observers)
    spans = [  # drawn in this order
        TensorSpan(number, Observed(pair.tensor, [partial(redraw.see, number)]))
        for number, pair in enumerate(pairs)
    ]
    forward = any(pair.stored.forward for pair in pairs)
    pump = Pump(1 if forward else threads, progress=progress)
    pump.run(FilePlan(len(spans), (), spans), redraw.go_on)
    return redraw.outcome()


class _Redraw:
    """Draws and compares in any number of threads, with the result of a single thread.

    Blocks are handed out in order, and each block handed out is finished. The earliest event by position,
    a difference or an error, is therefore the one that a single thread would meet first.
    """

    def __init__(self, pairs: Sequence[PlannedArray], observers: Sequence[Observer]) -> None:
        self._pairs = pairs
        self._observers = observers
        self._lock = threading.Lock()
        self._events: list[tuple[int, int, FirstDifference | UnreadableError]] = []

    def go_on(self, offset: int, content: object) -> bool:
        """Tell whether to continue."""
        return not self._events

    def see(self, number: int, start: int, drawn: Array, workspace: Workspace) -> None:
        """Compare one block of one pair with the file."""
        pair = self._pairs[number]
        event: FirstDifference | UnreadableError | None
        try:
            stored = pair.stored.read(start, drawn.size)
            event = _difference(pair, start, stored, drawn)
        except UnreadableError as error:
            event = error
        if event is not None:
            with self._lock:
                self._events.append((number, start, event))
        elif self._observers:
            self._observers[number](start, drawn, workspace)

    def outcome(self) -> FirstDifference | None:
        """Return the first difference, or None; raise the error that came before it."""
        if not self._events:
            return None
        event = min(self._events, key=lambda event: event[:2])[2]
        if isinstance(event, UnreadableError):
            raise event
        return event


def _difference(pair: PlannedArray, start: int, stored: Array, drawn: Array) -> FirstDifference | None:
    """Return the first difference between two runs of equal length: their bits are compared."""
    import numpy as np

    bits = f"u{drawn.itemsize}"
    old, new = stored.view(bits), drawn.view(bits)
    if np.array_equal(old, new):
        return None
    first = int(np.argmax(old != new))
    element, shape = start + first, pair.tensor.shape
    index = tuple(map(int, np.unravel_index(element, shape))) if shape else ()
    texts = _shown(pair.tensor.dtype, old[first : first + 1], new[first : first + 1])
    return FirstDifference(pair.tensor.name, element, index, *texts)


def _shown(dtype: str, stored: Array, drawn: Array) -> tuple[str, str]:
    """Return two values as text, with their bits if the texts are equal."""
    kind = DTYPES[dtype].numpy()
    texts = str(stored.view(kind)[0]), str(drawn.view(kind)[0])
    if texts[0] != texts[1]:
        return texts
    digits = 2 * stored.itemsize
    return (
        f"{texts[0]} (bits {int(stored[0]):#0{digits + 2}x})",
        f"{texts[1]} (bits {int(drawn[0]):#0{digits + 2}x})",
    )
