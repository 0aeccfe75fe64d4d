"""The entries of a report about a file's tensors, of which a file may have 250,000: small until they are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from winitgen.files.input.stored_array import StoredArray

_KEYS = ("of", "finite", "zeros", "nan", "infinite", "mean", "std", "min", "max", "histogram")
"""What the statistics of a tensor are."""


class TensorRows:
    """One entry for each array, in order, as a dictionary that is made when it is asked for.

    The statistics are kept as JSON, which has Python's whole numbers and float64 exactly, and takes a tenth of the memory.
    """

    def __init__(self, arrays: Sequence[StoredArray]) -> None:
        self._headers = [
            (array.name, None if array.shapeless else array.shape, array.dtype, array.size, array.nbytes)
            for array in arrays
        ]
        self._unread = {index: array.unread for index, array in enumerate(arrays) if array.unread}
        self._statistics: list[str | None] = [None] * len(arrays)
        self._more: dict[int, dict[str, Any]] = {}

    def __len__(self) -> int:
        return len(self._headers)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, index: int) -> dict[str, Any]:
        name, shape, dtype, values, nbytes = self._headers[index]
        kept = self._statistics[index]
        return {
            "name": name,
            "shape": None if shape is None else list(shape),
            "dtype": dtype,
            "values": values,
            "bytes": nbytes,
            "unread": self._unread.get(index),
            "statistics": None if kept is None else dict(zip(_KEYS, json.loads(kept), strict=True)),
            **self._more.get(index, {}),
        }

    def add_statistics(self, index: int, statistics: dict[str, Any]) -> None:
        """Add the statistics of an array."""
        self._statistics[index] = json.dumps([statistics[key] for key in _KEYS], separators=(",", ":"))

    def add_detail(self, index: int, detail: dict[str, Any]) -> None:
        """Add what a report says only of tensors that a call names."""
        self._more[index] = detail

    def add_unread(self, index: int, why: str) -> None:
        """Add why the values of an array could not be read."""
        self._unread[index] = why
