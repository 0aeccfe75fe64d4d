"""Reads NumPy's own files: a plain array, or one record whose fields are the tensors.

The loader of record, ``numpy.load``, reads one array from the beginning and ignores what follows: here further arrays are
read, too, as Equinox writes them one after another. A record has its fields, a second name for each that has a title,
and bytes that no field covers. A header of more than 10,000 characters it reads only with ``max_header_size``.
"""

from __future__ import annotations

from collections.abc import Iterator
from sys import intern
from typing import TYPE_CHECKING, Any, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.npy.array_header import MAGIC, Header, distrusted, header, repeated
from winitgen.files.formats.npy.descriptions import format_readings
from winitgen.files.input.numpy_formats import is_numeric, unread
from winitgen.files.input.open_file import MOST_TENSORS, OpenFile, Reader, quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.raw_values import RawValues, Seen, Source, file_of, local_only
from winitgen.files.input.stored_array import Read, StoredArray

if TYPE_CHECKING:
    from contextlib import ExitStack

    import numpy as np


def read(file: BinaryIO, path: str, _: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Return the fields of the record, or the one unnamed array; the format cannot hold a recipe."""
    if recipe_only:
        return OpenFile(path, "npy")
    found = header(file, path)
    if found.dtype.hasobject:
        raise UnreadableError(f"{path} holds Python objects, which are not read because they can run code")
    begin, size = file.tell(), file.seek(0, 2)
    if size - begin < found.nbytes:
        raise UnreadableError(
            f"{path} is a damaged npy file: it holds {size - begin:,} bytes of values, not {found.nbytes:,}"
        )
    more, end = following(file, path, begin + found.nbytes)
    if more:
        tensors = [array(file, path, begin, found, name="0"), *more]
    elif found.dtype.names is not None and found.shape == ():
        tensors = [
            array(file, path, begin + offset, one, name=name) for name, offset, one in fields_of(found.dtype)
        ]
    else:
        tensors = [array(file, path, begin, found)]
    values = sum(tensor.nbytes for tensor in more) + found.nbytes
    facts = {"file_bytes": size, "header_bytes": end - values}
    others = [
        *distrusted(found),
        *record_readings(found.dtype),
        *repeated(found.double),
        *format_readings(found.dtype),
        *_behind(len(more), size - end),
    ]
    return OpenFile(path, "npy", tensors, facts=facts, others=others)


def _behind(more: int, rest: int) -> Iterator[OtherReading]:
    """Yield what stands behind the first array, of which ``numpy.load`` sees nothing."""
    if more:
        yield OtherReading(
            f"it is a row of {more + 1:,} arrays, as Equinox writes them (.eqx), of which numpy.load reads only the first"
        )
    if rest:
        yield OtherReading(f"{rest:,} bytes stand behind its array, which numpy.load does not read")


def following(file: BinaryIO, path: str, position: int) -> tuple[list[StoredArray], int]:
    """Return the arrays that follow one another from a position, named by their numbers, and where the last one ends."""
    found: list[StoredArray] = []
    size = file.seek(0, 2)
    while position < size and len(found) < MOST_TENSORS:
        file.seek(position)
        try:
            head = header(file, path)
        except UnreadableError:
            break
        begin = file.tell()
        if head.dtype.hasobject or begin + head.nbytes > size:
            break
        found.append(array(file, path, begin, head, name=str(len(found) + 1)))
        position = begin + head.nbytes
    return found, position


def record_readings(dtype: np.dtype[Any], name: str = "") -> Iterator[OtherReading]:
    """Yield what ``numpy.load`` gives beside the fields of a record, the member ``name`` of an archive or a file."""
    what = quoted(name) if name else "it"
    if len(dtype.names or ()) == 1:
        yield OtherReading(
            f"{what} is a record of one field, which numpy.load gives instead of the array in it"
        )
    titles = [title for title in (dtype.fields or ()) if title not in (dtype.names or ())]
    if titles:
        of = f"a field of {what}" if name else "its field"
        yield OtherReading(f"{of} has a second name, {quoted(str(titles[0]))}")
    fields = sum(found[0].itemsize for name, found in (dtype.fields or {}).items() if name not in titles)
    if dtype.names is not None and fields != dtype.itemsize:
        of = f"the record {what}" if name else "its record"
        yield OtherReading(f"no field covers {dtype.itemsize - fields:,} bytes of {of}")


def array(
    source: Source, path: str, begin: int, found: Header, *, name: str = "", seen: Seen | None = None
) -> StoredArray:
    """Return an array with its values at ``begin``; those of text, dates and records are not read.

    ``seen`` is called with the bytes that are read, unless they are in Fortran's order.
    """
    shape, dtype = found.shape, found.dtype
    read: Read | str = found.unread
    if not found.unread:
        other_order = found.fortran and sum(axis > 1 for axis in shape) > 1
        read = (
            transposed(source, path, begin, shape, dtype)
            if other_order and found.nbytes
            else RawValues(source, path, dtype, begin, seen)
        )
    return StoredArray(name, intern(dtype.name), shape, found.nbytes, read, offset=begin)


def transposed(source: Source, path: str, begin: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Read:
    """Return a function that reads an array stored in Fortran order in C order."""
    from winitgen.files.formats.npy.fortran import FortranValues

    with file_of(source) as file:
        local_only(file, path, "an array in Fortran order")
    return FortranValues(source, path, begin, shape, dtype).read


def fields_of(record: np.dtype[Any]) -> Iterator[tuple[str, int, Header]]:
    """Yield the name of each field of a record, where it begins in it, and its array."""
    assert record.fields is not None  # a record has fields
    for name in record.names or ():
        dtype, offset = record.fields[name][:2]
        why = "" if is_numeric(dtype.base) else unread(dtype.base)
        yield name, offset, Header(dtype.shape, False, dtype.base, "", why)


READER = Reader(name="npy", fits=lambda head: head.startswith(MAGIC), read=read)
