"""Tensors that are copied from a file, bit for bit, and the digest over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from winitgen.files.digests import DigestedArray, content, hashed
from winitgen.files.formats.format import Drawable, byte_count
from winitgen.numeric.dtypes import bits_of, bytes_of

if TYPE_CHECKING:
    from winitgen.files.input.stored_array import StoredArray
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class CopiedTensor:
    """An array of an open file, to be written under a name; of any number format that a file can have."""

    def __init__(self, name: str, stored: StoredArray, keras_path: str = "") -> None:
        self.name = name
        self.keras_path = keras_path
        self.shape = stored.shape
        self.dtype = stored.dtype
        self.size = stored.size
        self.stored = stored

    def draw(self, start: int, count: int, workspace: Workspace) -> Array:
        """Return elements ``start`` to ``start + count`` as the file has them."""
        if self.stored.has_bytes:
            return self.stored.read_bytes(bytes_of(self.dtype, start), bytes_of(self.dtype, count))
        return self.stored.read(start, count)


class _Bytes:
    """A tensor whose elements share bytes, as those bytes."""

    dtype = "uint8"
    keras_path = ""

    def __init__(self, tensor: CopiedTensor) -> None:
        self.name = tensor.name
        self.shape = (byte_count(tensor),)
        self._stored = tensor.stored

    def draw(self, start: int, count: int, workspace: Workspace) -> Array:
        """Return bytes ``start`` to ``start + count``."""
        return self._stored.read_bytes(start, count)


def digests_of_copies(tensors: Sequence[CopiedTensor], threads: int = 1) -> list[str]:
    """Return the digest of the values of each tensor, in hexadecimal; all of them are read."""
    in_order = any(tensor.stored.forward for tensor in tensors)
    readable: list[Drawable] = [
        tensor if bits_of(tensor.dtype) % 8 == 0 else _Bytes(tensor) for tensor in tensors
    ]
    return [one.hexdigest() for one in hashed(readable, threads=1 if in_order else threads)]


def copied_digest(tensors: Iterable[CopiedTensor], digests: Iterable[str]) -> str:
    """Return one digest of tensors, of which the digests of the values are known, in hexadecimal.

    It is the content digest, but with the bits of a value in place of the number format, for which some containers
    have no name.
    """
    return content(
        DigestedArray(tensor.name, f"{bits_of(tensor.dtype)} bits", tensor.shape, digest)
        for tensor, digest in zip(tensors, digests, strict=True)
    )


def digested_copies(tensors: Iterable[CopiedTensor], digests: Iterable[str]) -> list[DigestedArray]:
    """Return copied tensors with their digests, as parts of the content digest of a file."""
    return [
        DigestedArray(tensor.name, tensor.dtype, tensor.shape, digest)
        for tensor, digest in zip(tensors, digests, strict=True)
    ]
