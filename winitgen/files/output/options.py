"""The choices of one run that writes a file, as one value."""

from __future__ import annotations

from typing import NamedTuple

from winitgen.files.output.blocks import BLOCK
from winitgen.files.output.pump import Progress


class WriteOptions(NamedTuple):
    """How a model is written, and what its report has.

    ``format`` is a format's name, None for the one of the path's ending. ``threads`` draw and write; None is
    as many as there are processors. ``force`` replaces an output of other bytes; ``check`` writes
    nothing, and refuses one that is not up to date. Without ``fsync`` nobody waits for the disk. ``digest``
    and ``histograms`` are for the report. ``progress`` is called now and then with the bytes drawn.
    ``block`` is the number of elements drawn at once.
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
