"""How the passes over all values are made, and who watches them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from winitgen.files.formats.format import Drawable, FilePlan
from winitgen.files.output.pump import pour, region_bytes

if TYPE_CHECKING:
    import numpy as np

    from winitgen.files.output.sinks import Sink

Progress = Callable[[int], object]


class Observer(Protocol):
    """Someone who watches the values as they pass."""

    def begin(self) -> object:
        """Forget everything: a new pass over all values begins."""

    def see(self, tensor: int, block: int, values: np.ndarray[Any, Any]) -> object:
        """Look at one block of the tensor of this index; called from the drawing threads."""


class Together:
    """Several observers as one."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def begin(self) -> None:
        """Tell all of them that a new pass begins."""
        for observer in self._observers:
            observer.begin()

    def see(self, tensor: int, block: int, values: np.ndarray[Any, Any]) -> None:
        """Show a block to all of them."""
        for observer in self._observers:
            observer.see(tensor, block, values)


class Passes:
    """How every pass over the values is made."""

    def __init__(
        self,
        tensors: Sequence[Drawable],
        threads: int,
        block: int,
        observer: Observer | None,
        progress: Progress | None,
    ) -> None:
        self._threads = threads
        self._block = block
        self._observer = observer
        self._progress = progress
        self._index = {id(tensor): index for index, tensor in enumerate(tensors)}
        self._done = 0

    def begin(self) -> None:
        """Start a pass: over one file, or over all files of a folder one after the other."""
        self._done = 0
        if self._observer:
            self._observer.begin()

    def pour(self, image: FilePlan, sink: Sink) -> bool:
        """Make a pass over one file, or its part of a pass over a folder."""
        before = self._done
        self._done += region_bytes(image)
        progress = self._progress
        return pour(
            image,
            sink,
            threads=self._threads,
            block=self._block,
            see=self._see if self._observer else None,
            progress=(lambda done: progress(before + done)) if progress else None,
        )

    def alone(self) -> Passes:
        """Return itself with one thread, for what must be written in order."""
        self._threads = 1
        return self

    def _see(self, tensor: Drawable, block: int, values: np.ndarray[Any, Any]) -> None:
        if self._observer:
            self._observer.see(self._index[id(tensor)], block, values)
