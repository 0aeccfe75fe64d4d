"""The values of PyTorch's tensors: runs of a storage, or views of it with strides."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from winitgen.files.formats.npy.fortran import FortranValues
from winitgen.files.formats.pytorch.rebuilt import BadTensorError, Rebuilt
from winitgen.files.input.byte_order import ByteForm, byte_form
from winitgen.files.input.half_complex import HALF_COMPLEX, HalfComplexForm, half_complex_form
from winitgen.files.input.numpy_formats import numpy_dtype
from winitgen.files.input.packed_values import unpacked
from winitgen.files.input.raw_values import RawValues, Source
from winitgen.files.input.stored_array import Read, StoredArray
from winitgen.files.input.strided import StridedValues

if TYPE_CHECKING:
    from winitgen.files.formats.pytorch.torch_formats import TorchFormat
    from winitgen.numeric.arrays import Array


class StorageBytes(NamedTuple):
    """Where the bytes of a storage are: ``begin`` and ``size`` in a file, or of an unpacked copy of it.

    ``source`` is called for the file when values are read. ``format`` is that of the storage. ``remote`` tells that the
    file is in a store, where values that stand far from each other cost a request each. ``packed`` is how many bytes the file
    has of a storage that is unpacked when it is read, None if it has all of them.
    """

    source: Callable[[], Source]
    begin: int
    size: int
    format: TorchFormat
    remote: bool = False
    packed: int | None = None


def contiguous(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the strides of an array in C order, in elements.

    >>> contiguous((2, 3, 4)), contiguous(())
    ((12, 4, 1), ())
    """
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def stored_array(
    name: str, tensor: Rebuilt, storage: StorageBytes | None, path: str, *, big: bool
) -> StoredArray:
    """Return a tensor of a file; raise `BadTensorError` for one that lies outside its storage.

    Without a storage, or if NumPy lacks the number format, its values are not read.
    """
    count = math.prod(tensor.shape)
    size = count * tensor.format.itemsize
    if storage is None or tensor.storage is None:
        return StoredArray(name, tensor.format.name, tensor.shape, 0, tensor.reason or None)
    first = (tensor.storage.begin * storage.format.itemsize) + tensor.offset * tensor.format.itemsize
    last = sum((axis - 1) * stride for axis, stride in zip(tensor.shape, tensor.strides, strict=True))
    use = tensor.storage
    end = (use.begin + use.length) * storage.format.itemsize if use.view else storage.size
    if count and first + (last + 1) * tensor.format.itemsize > min(end, storage.size):
        raise BadTensorError("lies outside its storage")
    begin = storage.begin + first
    if storage.remote and not _in_order(tensor):
        tensor = tensor._replace(
            reason="its values are not in C order, and are read only from a disk; download the file first"
        )
    if (packed := None if tensor.reason else _packed(name, tensor, storage, path, begin)) is not None:
        return packed
    form = None if tensor.reason else _form(tensor.format, big=big)
    read: Read | str | None = tensor.reason or None
    if form is not None:
        read = _reader(tensor, storage.source, path, begin, form)
    read_as = "" if form is None else tensor.format.read_as
    return StoredArray(name, tensor.format.name, tensor.shape, size, read, offset=begin, read_as=read_as)


def _form(kind: TorchFormat, *, big: bool) -> ByteForm | HalfComplexForm | None:
    """Return how values of a format are read from a file of this byte order; None if they are not."""
    if kind.name == HALF_COMPLEX:
        return half_complex_form()  # they have no storage of their own, so that no other byte order is turned
    dtype = numpy_dtype(kind.read_as) if kind.read_as else None
    return None if dtype is None else byte_form(dtype, big=big)


def _packed(name: str, tensor: Rebuilt, storage: StorageBytes, path: str, begin: int) -> StoredArray | None:
    """Return a tensor of two numbers of 4 bits in an element, which are one behind another in its last axis; None for another."""
    if tensor.format.name != "float4_e2m1fn_x2" or not tensor.shape:
        return None
    byte = numpy_dtype("uint8")
    assert byte is not None
    as_bytes = _reader(tensor, storage.source, path, begin, byte_form(byte, big=False))
    shape = (*tensor.shape[:-1], 2 * tensor.shape[-1])
    size = math.prod(tensor.shape)
    return StoredArray(name, "F4", shape, size, unpacked("F4", as_bytes), offset=begin, read_bytes=as_bytes)


def _axes(tensor: Rebuilt) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the shape and the strides without axes of one value, whose strides mean nothing."""
    axes = [(size, stride) for size, stride in zip(tensor.shape, tensor.strides, strict=True) if size != 1]
    return tuple(size for size, _ in axes), tuple(stride for _, stride in axes)


def _in_order(tensor: Rebuilt) -> bool:
    """Tell whether the values of a tensor follow one another in its storage, in C order."""
    shape, strides = _axes(tensor)
    return strides == contiguous(shape) or 0 in shape


def _reader(
    tensor: Rebuilt, source: Callable[[], Source], path: str, begin: int, form: ByteForm | HalfComplexForm
) -> Read:
    """Return a function that reads a tensor whose first element is at ``begin``."""
    shape, strides = _axes(tensor)
    values: list[Read] = []

    def made() -> Read:
        if _in_order(tensor):
            return RawValues(source(), path, form.stored, begin)
        if strides == contiguous(shape[::-1])[::-1]:
            return FortranValues(source(), path, begin, shape, form.stored).read
        return StridedValues(source(), path, begin, shape, strides, form.stored).read

    def read(start: int, count: int) -> Array:
        if not values:
            values.append(made())
        return _turned(form.seen(values[0](start, count)), tensor.bits)

    return read


def _turned(values: Array, bits: Sequence[str]) -> Array:
    """Return values as PyTorch gives them of a tensor with these bits."""
    if "conj" in bits:
        values = values.conj()
    return -values if "neg" in bits else values
