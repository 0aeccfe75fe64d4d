"""The header of an array in a file of NumPy's (NEP 1), read exactly as ``numpy.load`` reads it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.formats.npy.descriptions import described
from winitgen.files.formats.npy.header_budget import HeaderBudget, LongHeadersError
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.numeric.unwarned import unwarned

if TYPE_CHECKING:
    import ast

    import numpy as np

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 100_000
"""In bytes; NumPy itself refuses to parse more than a tenth of this, unless it is told to."""

LONGEST_TRUSTED_HEADER = 10_000
_PARSED = 1 << 26
"""Bytes of memory in which every header is parsed that is no longer than `LONGEST_HEADER`."""

MOST_AXES = 64


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


def header(file: Any, path: str, name: str = "", budget: HeaderBudget | None = None) -> Header:
    """Return what a header says; leave the position at the values.

    ``name`` is the name of the member if the file is a member of an archive, of whose headers ``budget`` bounds the bytes;
    raises `LongHeadersError` for one beyond it.
    """
    try:
        with unwarned():  # Python warns about odd literals
            return _parsed(file, budget)
    except (MemoryError, OSError, ImportError, LongHeadersError):
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


def _parsed(file: Any, budget: HeaderBudget | None) -> Header:
    """Return the entries of a header (NEP 1); raise any exception if they are incomplete."""
    magic = file.read(6)
    major, minor = file.read(2)
    length = int.from_bytes(file.read(2 if major == 1 else 4), "little")
    if magic != MAGIC or major not in {1, 2, 3} or minor or length > LONGEST_HEADER:
        raise ValueError
    if budget is not None:
        budget.spend(length)
    content = file.read(length)
    if len(content) < length:
        raise ValueError
    text = content.decode("utf-8" if major == 3 else "latin-1")
    written = _python(text, major)
    found = _literal(written.body)
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


def _literal(node: ast.expr) -> Any:
    """Return what ``ast.literal_eval`` does, which builds functions at each call that refer to each other.

    The command line collects no garbage, and an archive may have very many headers.
    """
    import ast

    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Tuple | ast.List):
        found = [_literal(one) for one in node.elts]
        return found if isinstance(node, ast.List) else tuple(found)
    if isinstance(node, ast.Dict) and None not in node.keys:
        keys = [_literal(key) for key in node.keys if key is not None]
        return dict(zip(keys, [_literal(value) for value in node.values], strict=True))
    return ast.literal_eval(node)


def _python(text: str, major: int) -> ast.Expression:
    """Return a header as Python parses it for ``ast.literal_eval``, by which NumPy reads it: only blanks and tabs are taken off.

    Python 2 wrote an L behind long numbers, which NumPy drops before anything is taken off. Raises any exception if it is no expression, and
    `MemoryError` only if the memory does not suffice: Python's parser raises it for too many levels, too.
    """
    import ast

    try:
        try:
            return ast.parse(text.lstrip(" \t"), mode="eval")
        except SyntaxError:
            if major == 3:
                raise
            return ast.parse(_without_long(text).lstrip(" \t"), mode="eval")
    except MemoryError:
        bytearray(_PARSED)  # raises it again if there is no memory
        raise ValueError from None


def _without_long(text: str) -> str:
    """Return a header without the L behind numbers, but not in texts; raise any exception if Python has no tokens for it."""
    import io
    import tokenize

    kept: list[tokenize.TokenInfo] = []
    after_number = False
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if after_number and token.type == tokenize.NAME and token.string == "L":
            continue  # a second L behind it goes, too
        kept.append(token)
        after_number = token.type == tokenize.NUMBER
    return tokenize.untokenize(kept)


def _double(written: ast.expr) -> str:
    """Return a key that stands twice in a header, empty if none does."""
    import ast

    assert isinstance(written, ast.Dict)  # it has three entries
    keys = [key.value for key in written.keys if isinstance(key, ast.Constant)]
    return next((str(key) for key in keys if keys.count(key) > 1), "")


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
