"""What the datasets of one file claim to hold, together, beside what the file stores."""

from __future__ import annotations

from collections.abc import Sequence

from winitgen.errors import UnreadableError
from winitgen.files.formats.hdf5.listing import CHUNKED, IN_PLACE, DatasetEntry
from winitgen.files.input.expansion import (
    ALWAYS_EXPANDED,
    ALWAYS_SHARED,
    MOST_EXPANDED,
    MOST_SHARED,
    expands_too_much,
)
from winitgen.files.input.open_file import quoted

_ALWAYS_LOOKED_UP = 1 << 18
_MOST_LOOKED_UP = 100
"""How often each chunk that is stored may be looked up; beside that, each `_BYTES` bytes that are stored explain one lookup."""
_BYTES = 4


class Claims:
    """The claims of all datasets of a file of ``file_bytes``; what no compression explains is not read."""

    def __init__(self, path: str, file_bytes: int, listed: Sequence[DatasetEntry]) -> None:
        self._path = path
        self.file_bytes = file_bytes
        self._left = max(ALWAYS_EXPANDED, MOST_EXPANDED * file_bytes)
        self._too_much: dict[int, str] = {}
        most_shared = max(ALWAYS_SHARED, MOST_SHARED * file_bytes)  # by hard links
        chunked = [one for one in listed if one.kind == CHUNKED]
        stored = min(sum(one.place for one in chunked), file_bytes)
        unpacked = sum(one.unpacked for one in chunked)
        if unpacked > max(ALWAYS_EXPANDED, MOST_EXPANDED * stored):
            self._too_much[CHUNKED] = _claim(f"{unpacked:,} bytes are to be unpacked of all datasets", stored)
        elif (again := unpacked - sum({one.address: one.unpacked for one in chunked}.values())) > most_shared:
            self._too_much[CHUNKED] = _claim(
                f"{again:,} bytes are to be unpacked again of datasets with several names", file_bytes
            )
        elif why := _too_many_lookups(chunked, stored):
            self._too_much[CHUNKED] = why
        shared = sum(one.nbytes for one in listed if one.kind == IN_PLACE)
        if shared > most_shared:
            self._too_much[IN_PLACE] = _claim(
                f"the datasets declare {shared:,} bytes in the same places", file_bytes
            )

    def why_not(self, one: DatasetEntry) -> str:
        """Return why the values of a dataset are not read; empty if they are."""
        if one.kind == IN_PLACE and one.place + one.nbytes > self.file_bytes:
            return "the file ends before its values"
        own = expands_too_much(one.nbytes, min(one.place, self.file_bytes)) if one.kind == CHUNKED else ""
        return own or self._too_much.get(one.kind, "")

    def spend(self, one: DatasetEntry, nbytes: int) -> None:
        """Note that values of which nothing is stored are written out; raise `UnreadableError` if they are too many."""
        self._left -= nbytes
        if self._left < 0:
            raise UnreadableError(
                f"{self._path}: {quoted(one.name)} declares {one.nbytes:,} bytes but stores 0; refusing to expand it"
            )


def _too_many_lookups(chunked: Sequence[DatasetEntry], stored: int) -> str:
    """Return why datasets in chunks are not read that have very many more chunks than are stored; empty if they are."""
    chunks = sum({one.address: one.chunks for one in chunked}.values())
    lookups = sum(one.lookups for one in chunked)
    most = max(_ALWAYS_LOOKED_UP, _MOST_LOOKED_UP * chunks, stored // _BYTES)
    return _claim(f"{lookups:,} chunks are to be looked up of all datasets", chunks) if lookups > most else ""


def _claim(what: str, stored: int) -> str:
    return f"{what} together, and the file stores {stored:,}, which winitgen does not expand"
