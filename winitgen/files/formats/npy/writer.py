"""NumPy's own format: one tensor as a plain array, several as one structured record.

``np.load("w.npy")["fc1.weight"]`` reads one tensor of a record, and the whole record can be
memory-mapped. NumPy has no name for bfloat16 and the float8 formats, so their bits are stored as
unsigned integers of the same size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from winitgen.errors import UsageError
from winitgen.files.formats.format import Drawable, FilePlan, FixedBytes, Format, TensorSpan, byte_count
from winitgen.files.formats.npy.array_header import MAGIC
from winitgen.numeric.dtypes import COPIED_FORMATS, DTYPES

_ALIGNMENT = 64
_LARGEST_RECORD = 2**31 - 2  # NumPy counts the bytes of a record in a C int
_LONGEST_AXIS = 2**31 - 1  # and each axis of a field, also of one without values
_LONGEST_HEADER = 10_000  # characters: np.load refuses to parse more
_ADVICE = "; .npz and a folder (a path that ends in /) can"

Descr = str | list[tuple[str, str] | tuple[str, str, tuple[int, ...]]]


def lay_out(tensors: Sequence[Drawable], metadata: Mapping[str, str]) -> FilePlan:
    """Plan the file: the header, then the values of each tensor without gaps."""
    start = _array_header(*tensors) if len(tensors) == 1 else _record_header(tensors)
    spans, offset = [], len(start)
    for tensor in tensors:
        spans.append(TensorSpan(offset, tensor))
        offset += byte_count(tensor)
    return FilePlan(offset, [FixedBytes(0, start)], spans)


def descr(tensor: Drawable) -> str:
    """Return NumPy's name for a tensor's number format as stored.

    >>> from types import SimpleNamespace
    >>> descr(SimpleNamespace(dtype="bfloat16"))
    '<u2'
    """
    if copied := COPIED_FORMATS.get(tensor.dtype):
        if not copied.numpy:
            raise UsageError(
                f"NumPy's files cannot hold {tensor.name!r}, which is {tensor.dtype}; .safetensors can"
            )
        return copied.numpy
    row = DTYPES[tensor.dtype]
    kind = (row.stored_as or row.name)[0]
    return f"{'<' if row.itemsize > 1 else '|'}{kind}{row.itemsize}"


def header(described: Descr, shape: tuple[int, ...]) -> bytes:
    """Return the header of an array, the same bytes that ``np.save`` writes.

    >>> header("<f4", (2, 3))[10:].decode().strip()
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    """
    text = f"{{'descr': {described!r}, 'fortran_order': False, 'shape': {shape!r}, }}"
    if shape:  # NumPy reserves room for a first axis of 21 digits
        text += " " * (21 - len(repr(shape[0])))
    latin = all(character <= "\xff" for character in text)
    content = text.encode("latin-1" if latin else "utf-8")
    digits = 2 if latin and len(content) < 2**16 - _ALIGNMENT else 4
    version = 1 if digits == 2 else 2 if latin else 3
    prefix = len(MAGIC) + 2 + digits
    content += b" " * (_ALIGNMENT - (prefix + len(content) + 1) % _ALIGNMENT) + b"\n"
    return MAGIC + bytes((version, 0)) + len(content).to_bytes(digits, "little") + content


def _array_header(tensor: Drawable) -> bytes:
    return header(descr(tensor), tensor.shape)


def _record_header(tensors: Sequence[Drawable]) -> bytes:
    if not tensors:
        raise UsageError("npy cannot hold a model without tensors" + _ADVICE)
    size = sum(byte_count(tensor) for tensor in tensors)
    if size > _LARGEST_RECORD:
        raise UsageError(
            f"npy cannot hold a record of {size:,} bytes, as NumPy's largest is {_LARGEST_RECORD:,}{_ADVICE}"
        )
    for tensor in tensors:
        if max(tensor.shape, default=0) > _LONGEST_AXIS:
            raise UsageError(
                f"npy cannot hold {tensor.name!r} beside other tensors, as NumPy's longest axis in a record is {_LONGEST_AXIS:,}{_ADVICE}"
            )
    start = header([_field(tensor) for tensor in tensors], ())
    if len(start) > _LONGEST_HEADER:
        raise UsageError(
            f"npy cannot hold {len(tensors):,} tensors with these names, as NumPy reads no header past {_LONGEST_HEADER:,} characters{_ADVICE}"
        )
    return start


def _field(tensor: Drawable) -> tuple[str, str] | tuple[str, str, tuple[int, ...]]:
    return (tensor.name, descr(tensor), tensor.shape) if tensor.shape else (tensor.name, descr(tensor))


FORMAT = Format(
    name="npy",
    endings=(".npy",),
    summary="one NumPy array, or one record of several",
    lay_out=lay_out,
    forward_only=True,
    carries_recipe=False,
)
