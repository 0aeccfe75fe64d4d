"""Reads the values of a tensor, which stand in a file as raw bytes or as a list of numbers.

Raw bytes are little-endian; floats and doubles in a list are those bytes, too. Formats of 8 and 16 bits stand as their bits in whole
numbers of a list, and those of 2 and 4 bits as the bytes that several values share, of which the first has the lowest bits.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from winitgen.files.formats.onnx.bits_in_words import BitsInWords
from winitgen.files.formats.onnx.element_types import DOUBLES, FLOATS, WORDS, ElementType
from winitgen.files.formats.onnx.varints import Varints
from winitgen.files.input.byte_order import byte_form
from winitgen.files.input.numpy_formats import numpy_dtype
from winitgen.files.input.other_reading import LateReadings, nothing_late
from winitgen.files.input.packed_values import PACKED, numbers_of, unpacked
from winitgen.files.input.raw_values import RawValues, Source
from winitgen.files.input.stored_array import Read

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


class ElementValues(NamedTuple):
    """What reads values, and what reads the bytes that they share, None if nothing does; and the format they are read in.

    A text in place of ``read`` says why nothing reads them; ``read_as`` is empty if they are read in their own format. ``late`` tells what loaders
    make of them otherwise.
    """

    read: Read | str
    read_bytes: Read | None = None
    read_as: str = ""
    late: LateReadings = nothing_late


def bytes_needed(kind: ElementType, size: int) -> int:
    """Return how many bytes raw values take; the bits that are left of the last one are zero."""
    return -(-size * kind.bits // 8)


def listed_values(  # where a list is, and what it should hold
    kind: ElementType, size: int, source: Source, path: str, begin: int, length: int, what: str
) -> ElementValues:
    """Return what reads ``size`` values of a list of numbers that has ``length`` bytes."""
    if kind.field in {FLOATS, DOUBLES}:
        return raw_values(kind, size, source, path, begin, length)
    count = size if kind.by_value else bytes_needed(kind, size)
    if not count <= length <= 10 * count:
        return ElementValues(
            f"its list has {length:,} bytes, which cannot be the {count:,} numbers that its shape needs"
        )
    numbers = Varints(source, path, begin, length, count, what)
    if kind.bits == 6:
        return ElementValues(partial(_codes, kind, numbers), read_as="float32")
    if kind.bits < 8 or numpy_dtype(kind.name) is None:
        return _shared(kind, size, partial(_cast, numbers, "u1"))
    if kind.field == WORDS and kind.bits < 32:
        bits = BitsInWords(kind, numbers, size, what)
        return ElementValues(partial(_listed, kind, bits.read), late=bits.late)
    return ElementValues(partial(_listed, kind, partial(_cast, numbers, f"u{kind.bits // 8}")))


def raw_values(
    kind: ElementType, size: int, source: Source, path: str, begin: int, length: int
) -> ElementValues:
    """Return what reads ``size`` values of ``length`` raw bytes."""
    import numpy as np

    needed = bytes_needed(kind, size)
    if length != needed:
        return ElementValues(
            f"it has {length:,} bytes of values where its shape and number format need {needed:,}"
        )
    dtype = numpy_dtype(kind.name) if kind.bits >= 8 else None
    if dtype is not None:
        form = byte_form(dtype, big=False)
        return ElementValues(form.reader(RawValues(source, path, form.stored, begin)))
    return _shared(kind, size, RawValues(source, path, np.dtype(np.uint8), begin))


def _shared(kind: ElementType, size: int, read_bytes: Read) -> ElementValues:
    """Return what reads values of which several share a byte, or for whose bytes NumPy has no format."""
    if kind.is_whole:
        return ElementValues(partial(_whole, kind, read_bytes), read_as=_wider(kind))
    assert kind.name in PACKED
    values = unpacked(kind.name, partial(_padded, bytes_needed(kind, size), read_bytes))
    if size * kind.bits % 8:  # a file of winitgen has no place for half a byte
        return ElementValues(values, read_as="float32")
    return ElementValues(values, read_bytes)


def _wider(kind: ElementType) -> str:
    return "uint8" if kind.name.startswith("u") else "int8"


def _whole(kind: ElementType, read_bytes: Read, start: int, count: int) -> Array:
    """Return whole numbers of 2 or 4 bits, of which the first in a byte has the lowest ones."""
    import numpy as np

    together = 8 // kind.bits
    first, end = start // together, -(-(start + count) // together)
    shifts = np.arange(0, 8, kind.bits, dtype=np.uint8)
    codes = (read_bytes(first, end - first)[:, None] >> shifts).reshape(-1) & np.uint8((1 << kind.bits) - 1)
    codes = codes[start - first * together :][:count]
    if kind.name.startswith("u"):
        return codes
    half = 1 << kind.bits - 1
    found: Array = (codes ^ np.uint8(half)).astype(np.int8) - np.int8(half)
    return found


def _padded(size: int, read_bytes: Read, first: int, count: int) -> Array:
    """Return bytes of ``size`` that are there, and zeros behind them."""
    import numpy as np

    held = max(0, min(count, size - first))
    return np.pad(read_bytes(first, held), (0, count - held))


def _codes(kind: ElementType, numbers: Varints, start: int, count: int) -> Array:
    """Return the numbers that stand for values of 6 bits in a list."""
    return numbers_of(kind.name, _cast(numbers, "u1", start, count) & 0x3F)


def _cast(numbers: Varints, dtype: str, start: int, count: int) -> Array:
    """Return the lowest bits of numbers in a list."""
    return numbers.read(start, count).astype(dtype)


def _listed(kind: ElementType, bits_of: Read, start: int, count: int) -> Array:
    """Return values whose bits are those of the numbers in a list."""
    dtype = numpy_dtype(kind.name)
    assert dtype is not None  # the caller has asked
    bits = bits_of(start, count)
    found: Array = bits != 0 if dtype.kind == "b" else bits.view(dtype)
    return found
