"""Which part of a model one of several processes writes."""

from __future__ import annotations

from typing import NamedTuple


class Share(NamedTuple):
    """The part that falls to the process with the number ``rank``, from 0, of ``ranks`` processes."""

    rank: int
    ranks: int
