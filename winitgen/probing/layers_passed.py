"""How much of a probe is done: layers passed, in either direction, of all networks and seeds."""

from __future__ import annotations

from itertools import count

from winitgen.numeric.stopping import go_on


def nothing() -> None:
    """Do nothing."""


class LayersPassed:
    """Counts layers; any thread may count, and any may ask for the share."""

    def __init__(self) -> None:
        self._counter = count(1)
        self._done = 0
        self._total = 0

    def expect(self, layers: int, *, backward: bool) -> None:
        """Say how many layers will be passed, and whether a gradient comes back through each."""
        self._total = layers * (2 if backward else 1)

    def done(self) -> None:
        """Count a layer; raise `WorkStopped` in a thread whose work is stopped."""
        self._done = next(self._counter)  # in one step, whatever other threads do
        go_on()

    def share(self) -> float | None:
        """Return the share of the layers that are passed, None if it is not known how many there are."""
        return min(self._done / self._total, 1.0) if self._total else None
