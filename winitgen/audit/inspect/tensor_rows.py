"""The entries of a report about a file's tensors, of which a file may have 250,000: small until they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from winitgen.files.input.stored_array import StoredArray

_KEYS = ("of", "finite", "zeros", "nan", "infinite", "mean", "std", "min", "max", "histogram")
"""What the statistics of a tensor are."""


class TensorRows:
    """One entry for each array, in order, as a dictionary that is made when it is asked for.

    The statistics are kept as MessagePack, which has whole numbers of 64 bits and float64 exactly, and takes a tenth of the
    memory. ``some_complex`` says that some are of complex numbers.
    """

    def __init__(self, arrays: Sequence[StoredArray]) -> None:
        self._headers = [
            (array.name, None if array.shapeless else array.shape, array.dtype, array.size, array.nbytes)
            for array in arrays
        ]
        self._unread = {index: array.unread for index, array in enumerate(arrays) if array.unread}
        self._statistics: list[bytes | list[Any] | None] = [None] * len(arrays)
        self.some_complex = False
        self._more: dict[int, dict[str, Any]] = {}

    def __len__(self) -> int:
        return len(self._headers)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, index: int) -> dict[str, Any]:
        name, shape, dtype, elements, nbytes = self._headers[index]
        kept = self._statistics[index]
        row = {
            "name": name,
            "shape": None if shape is None else list(shape),
            "dtype": dtype,
            "elements": elements,
            "bytes": nbytes,
            "unread": self._unread.get(index),
            "statistics": None if kept is None else dict(zip(_KEYS, _unpacked(kept), strict=True)),
        }
        return {**row, **self._more[index]} if index in self._more else row

    def add_statistics(self, index: int, statistics: dict[str, Any]) -> None:
        """Add the statistics of an array."""
        self.some_complex |= statistics["of"] == "modulus"
        self._statistics[index] = _packed(list(map(statistics.__getitem__, _KEYS)))

    def add_detail(self, index: int, detail: dict[str, Any]) -> None:
        """Add what a report says only of tensors that a call names."""
        self._more[index] = detail

    def add_unread(self, index: int, why: str) -> None:
        """Add why the values of an array could not be read."""
        self._unread[index] = why

    def unread(self) -> list[tuple[str, str]]:
        """Return the names of the arrays whose values cannot be read, in order, each with the reason; no row is made for it."""
        return [(self._headers[index][0], self._unread[index]) for index in sorted(self._unread)]


@cache
def _codec() -> tuple[Callable[[object], bytes], Callable[[bytes], list[Any]]]:
    """Return what packs values and what unpacks them; a report without statistics loads neither."""
    from msgspec import msgpack

    return msgpack.Encoder(enc_hook=float).encode, msgpack.Decoder(list[Any]).decode


def _packed(values: list[Any]) -> bytes | list[Any]:
    """Return values as bytes, or as they are if a whole number has more than 64 bits."""
    try:
        return _codec()[0](values)
    except OverflowError:
        return values


def _unpacked(kept: bytes | list[Any]) -> list[Any]:
    return _codec()[1](kept) if isinstance(kept, bytes) else kept
