"""Reads NumPy's own files: a plain array, or one record whose fields are the tensors.

The loader of record, ``numpy.load``, reads one array from the beginning and ignores what follows: here further arrays are
read, too, as Equinox writes them one after another. A record has its fields, a second name for each that has a title,
and bytes that no field covers. A header of more than 10,000 characters it reads only with ``max_header_size``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.formats.npy.descriptions import described, format_readings
from winitgen.files.input.numpy_formats import is_numeric, unread
from winitgen.files.input.open_file import MOST_TENSORS, OpenFile, Reader, quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.raw_values import Seen, Source, file_of, local_only, raw
from winitgen.files.input.stored_array import Read, StoredArray
from winitgen.numeric.unwarned import unwarned

if TYPE_CHECKING:
    import ast
    from contextlib import ExitStack

    import numpy as np

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 100_000
"""In bytes; NumPy itself refuses to parse more than a tenth of this, unless it is told to."""

LONGEST_TRUSTED_HEADER = 10_000
_PARSED = 1 << 26
"""Bytes of memory in which every header is parsed that is no longer than `LONGEST_HEADER`."""

MOST_AXES = 64


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
        tensors = [_field(file, path, begin, found, name) for name in found.dtype.names]
    else:
        tensors = [array(file, path, begin, found)]
    values = sum(tensor.nbytes for tensor in more) + found.nbytes
    facts = {"file_bytes": size, "header_bytes": end - values}
    others = [
        *distrusted(found),
        *_others(found.dtype),
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


def _others(dtype: np.dtype[Any]) -> Iterator[OtherReading]:
    """Yield what ``numpy.load`` gives beside the fields of a record."""
    if len(dtype.names or ()) == 1:
        yield OtherReading("it is a record of one field, which numpy.load gives instead of the array in it")
    titles = [title for title in (dtype.fields or ()) if title not in (dtype.names or ())]
    if titles:
        yield OtherReading(f"its field has a second name, {quoted(str(titles[0]))}")
    fields = sum(found[0].itemsize for name, found in (dtype.fields or {}).items() if name not in titles)
    if dtype.names is not None and fields != dtype.itemsize:
        yield OtherReading(f"no field covers {dtype.itemsize - fields:,} bytes of its record")


def repeated(key: str, name: str = "") -> Iterator[OtherReading]:
    """Yield what a key means that stands twice in a header, of a member or a file ``name``: NumPy goes by the last."""
    if key:
        whose = f"the header of {quoted(name)}" if name else "its header"
        yield OtherReading(f"{whose} has the key {quoted(key)} twice")


def distrusted(found: Header, name: str | None = None) -> Iterator[OtherReading]:
    """Yield what a header means that ``numpy.load`` refuses to parse; it counts characters.

    With ``name`` the header is that of one array of several, and no option of ``numpy.load`` is at hand.
    """
    if found.characters > LONGEST_TRUSTED_HEADER:
        text = f"a header of {found.characters:,} characters, of which numpy.load refuses more than {LONGEST_TRUSTED_HEADER:,}"
        if name is None:
            yield OtherReading(f"it has {text} by default", misread=False)
        else:
            yield OtherReading(f"{quoted(name)} has {text}")


class Header(NamedTuple):
    """The shape, whether the order is Fortran's, the number format, a key that stands twice, or none, and why values are not read.

    ``unread`` is empty if they are. ``characters`` is the length of its text.
    """

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]
    double: str
    unread: str
    characters: int = 0

    @property
    def nbytes(self) -> int:
        """The bytes that the values take, unless they are objects."""
        return math.prod(self.shape) * self.dtype.itemsize


def header(file: Any, path: str, name: str = "") -> Header:
    """Return what a header says; leave the position at the values.

    ``name`` is the name of the member if the file is a member of an archive.
    """
    try:
        with unwarned():  # Python warns about odd literals
            return _parsed(file)
    except (MemoryError, OSError, ImportError):
        raise
    except Exception as error:  # Python and NumPy raise many kinds for a malformed header
        what = f"{path}: {quoted(name)}" if name else path
        raise UnreadableError(f"{what} is not an npy file, or is damaged") from error


def check_size(found: int, wanted: Header, path: str) -> None:
    """Raise `UnreadableError` unless an array takes ``found`` bytes."""
    if found != wanted.nbytes:
        raise UnreadableError(
            f"{path} is a damaged npy file: it holds {found:,} bytes of values, not {wanted.nbytes:,}"
        )


def _parsed(file: Any) -> Header:
    """Return the entries of a header (NEP 1); raise any exception if they are incomplete."""
    import ast

    magic = file.read(6)
    major, minor = file.read(2)
    length = int.from_bytes(file.read(2 if major == 1 else 4), "little")
    if magic != MAGIC or major not in {1, 2, 3} or minor or length > LONGEST_HEADER:
        raise ValueError
    content = file.read(length)
    if len(content) < length:
        raise ValueError
    text = content.decode("utf-8" if major == 3 else "latin-1")
    written = _python(text, major)
    found = ast.literal_eval(written)
    shape, fortran = found["shape"], found["fortran_order"]
    fits = isinstance(shape, tuple) and all(type(size) is int and 0 <= size < 2**63 for size in shape)
    if not fits or len(shape) > MOST_AXES or type(fortran) is not bool or len(found) != 3:
        raise ValueError
    dtype, unread = described(found["descr"])
    if (
        math.prod(filter(None, shape)) * dtype.itemsize >= 2**63
    ):  # NumPy makes no such array, even an empty one
        raise ValueError
    return Header(shape, fortran, dtype, _double(written.body), unread, len(text))


def _python(text: str, major: int) -> ast.Expression:
    """Return a header as Python parses it for ``ast.literal_eval``, by which NumPy reads it: only blanks and tabs are taken off.

    Python 2 wrote an L behind long numbers, which NumPy drops. Raises any exception if it is no expression, and
    `MemoryError` only if the memory does not suffice: Python's parser raises it for too many levels, too.
    """
    import ast

    try:
        try:
            return ast.parse(text.lstrip(" \t"), mode="eval")
        except SyntaxError:
            if major == 3:
                raise
            return ast.parse(re.sub(r"\b([0-9]+)L\b", r"\1", text.lstrip(" \t")), mode="eval")
    except MemoryError:
        bytearray(_PARSED)  # raises it again if there is no memory
        raise ValueError from None


def _double(written: ast.expr) -> str:
    """Return a key that stands twice in a header, empty if none does."""
    import ast

    assert isinstance(written, ast.Dict)  # it has three entries
    keys = [key.value for key in written.keys if isinstance(key, ast.Constant)]
    return next((str(key) for key in keys if keys.count(key) > 1), "")


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
            else raw(source, path, dtype, begin, seen)
        )
    return StoredArray(name, dtype.name, shape, found.nbytes, read, offset=begin)


def transposed(source: Source, path: str, begin: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Read:
    """Return a function that reads an array stored in Fortran order in C order."""
    from winitgen.files.formats.npy.fortran import FortranValues

    with file_of(source) as file:
        local_only(file, path, "an array in Fortran order")
    return FortranValues(source, path, begin, shape, dtype).read


def _field(file: BinaryIO, path: str, begin: int, record: Header, name: str) -> StoredArray:
    assert record.dtype.fields is not None  # a record has fields
    dtype, offset = record.dtype.fields[name][:2]
    field = Header(dtype.shape, False, dtype.base, "", "" if is_numeric(dtype.base) else unread(dtype.base))
    return array(file, path, begin + offset, field, name=name)


READER = Reader(name="npy", fits=lambda head: head.startswith(MAGIC), read=read)
