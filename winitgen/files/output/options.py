"""The options of writing a file, as one value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from winitgen.files.output.blocks import BLOCK
from winitgen.files.output.pump import Progress

Outcome = Literal["written", "unchanged"]


class WriteOptions(NamedTuple):
    """How a model is written, and what its report contains.

    ``format`` is the name of a format; None takes it from the path's ending. ``threads`` is the number of
    threads; None means one per processor. ``force`` replaces an output with other bytes; ``check`` writes
    nothing, and refuses an output that is not up to date. Without ``fsync`` the run does not wait for the disk.
    ``digest`` and ``histograms`` add to the report. ``progress`` is called from time to time with the number of
    bytes drawn. ``block`` is the number of elements drawn at once. ``check_sources`` is called before an output takes
    its name, and raises if a file that values are copied from was changed meanwhile.
    """

    format: str | None = None
    threads: int | None = None
    force: bool = False
    check: bool = False
    fsync: bool = True
    digest: bool = False
    histograms: bool = False
    progress: Progress | None = None
    block: int = BLOCK
    check_sources: Callable[[], object] | None = None
