"""What a terminal shows of work that takes over a second: a bar of the bytes done, or a word and the time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from threading import Lock, Timer
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.progress import ProgressColumn, Task
    from rich.text import Text

PATIENCE = 1.0
"""Seconds before a bar is shown; rich is imported only then."""


class Bar:
    """Called with the number of bytes done so far; shows nothing unless standard error is a terminal.

    ``total`` is the total number of bytes, if known; the bar shows the share done and the speed. Without it files are
    read. Until the first byte, while headers are read or a matrix is computed as a whole, a line says so; of a matrix
    there and behind the bar also the share that is computed.
    """

    def __init__(self, total: int | None = None) -> None:
        self._total = total
        self._started = time.perf_counter()
        self._progress: Any = None
        self._task: Any = None
        self._headers = ExitStack()

    def __enter__(self) -> Bar:
        self._headers.enter_context(Waiting("reading" if self._total is None else "drawing", _of_a_matrix))
        return self

    def __call__(self, done: int, total: int | None = None) -> None:
        """Show that ``done`` of ``total`` bytes are written or read."""
        if not done:
            return
        self._headers.close()
        if self._progress is None:
            if not sys.stderr.isatty() or time.perf_counter() - self._started < PATIENCE:
                return
            self._show()
        if self._task is not None:
            self._progress.update(self._task, completed=done, total=self._total if total is None else total)

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        columns = BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()
        self._progress = Progress(
            *columns, _share_column(_of_a_matrix, "matrix "), console=Console(stderr=True), transient=True
        )
        with suppress(RuntimeError):  # can't start new thread: the work goes on without a bar
            self._progress.start()
            self._task = self._progress.add_task("", total=self._total)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Remove the bar, also one that was interrupted while it appeared, when the cursor is hidden already."""
        self._headers.close()
        if self._progress is not None:
            self._progress.stop()


def listing(out: TextIO) -> AbstractContextManager[None]:
    """Show that rows are made and written to ``out``; not if that is a terminal, where they show themselves."""
    return nullcontext() if out.isatty() else Waiting("listing")


def _of_a_matrix() -> float | None:
    """Return how much of a matrix that is computed as a whole is done, None if there is none."""
    from winitgen.numeric.partly import share  # a run without a terminal does not ask

    return share()


def _share_column(asked: Callable[[], float | None], what: str = "") -> ProgressColumn:
    """Return a column that asks for the share whenever it is drawn, in rich's own thread."""
    from rich.progress import ProgressColumn
    from rich.text import Text

    class ShareColumn(ProgressColumn):
        def render(self, task: Task) -> Text:
            done = asked()
            return Text("" if done is None else f"{what}{100 * done:.0f} %", style="progress.percentage")

    return ShareColumn()


class Waiting:
    """Shows ``what`` is being done, and for how long, until the block ends; nothing unless standard error is a terminal.

    For work whose end is not known, such as planning 50,000 layers. ``share`` returns how much of it is done, from 0 to 1, or
    None while that is not known; any thread may call it.
    """

    def __init__(self, what: str, share: Callable[[], float | None] | None = None) -> None:
        self._what = what
        self._share = share
        self._lock = Lock()
        self._ended = False
        self._progress: Any = None
        self._timer = Timer(PATIENCE, self._show)
        self._timer.daemon = True

    def __enter__(self) -> None:
        if sys.stderr.isatty():
            with suppress(RuntimeError):  # can't start new thread: it is done without a line
                self._timer.start()

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._ended:
                return
            columns: list[ProgressColumn] = [SpinnerColumn(), TextColumn("{task.description}")]
            if self._share is not None:
                columns.append(_share_column(self._share))
            columns.append(TimeElapsedColumn())
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._progress.add_task(self._what, total=None)
            with suppress(RuntimeError):  # can't start new thread: the line stands still
                self._progress.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Remove the line."""
        self._timer.cancel()
        with self._lock:
            self._ended = True
            if self._progress is not None:
                self._progress.stop()
