"""The content of a weight file from any writer: named arrays whose values are read run by run.

The ``reader`` module of each format defines a ``READER``, which has a line in `winitgen.files.input.containers.STARTS`. It reads and checks the
whole header and returns a `StoredArray` for each array; values are read only on request.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

from winitgen.files.input.other_reading import LateReadings, OtherReading, nothing_late
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.stores.address import is_remote

if TYPE_CHECKING:
    from contextlib import ExitStack


class OpenFile(NamedTuple):
    """An open weight file: its arrays, in the order of the file, and its metadata.

    ``metadata`` is the container's own text about the file. ``recipe`` is the text stored as the recipe,
    or None; it is untrusted, and `winitgen.files.recipe.parse` checks it.
    ``facts`` are sizes, such as ``header_bytes``, and counts. ``shards`` are the paths of the files that an index lists.
    ``check`` raises `ChangedError` if a file has been changed since it was opened; so does closing.
    ``others`` is what a loader could read beside the arrays, and ``late`` returns what only the values tell of it.
    ``parts`` has by the name of each shard the metadata that not all shards have. ``loaded_as`` is the number format to which
    the loader of a folder converts all floats, empty if it does not; ``altered`` are clauses about values that a loader changes
    or takes for others, of files that are right in themselves. ``beside`` are the paths of other files that have values of the arrays.
    ``index_dtype`` is the number format that an index names for all floats, empty if what it names is none; None if it names nothing, or
    the config beside it names one.
    """

    path: str
    format: str
    tensors: Sequence[StoredArray] = ()
    metadata: Mapping[str, str] = MappingProxyType({})
    recipe: str | None = None
    facts: Mapping[str, int | str] = MappingProxyType({})
    shards: Sequence[str] = ()
    check: Callable[[], object] = lambda: None
    others: Sequence[OtherReading] = ()
    late: LateReadings = nothing_late
    parts: Mapping[str, Mapping[str, str]] = MappingProxyType({})
    loaded_as: str = ""
    altered: Sequence[str] = ()
    beside: Sequence[str] = ()
    index_dtype: str | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of all files that the arrays need."""
        return (self.path, *self.shards, *self.beside)

    @property
    def places(self) -> tuple[str, ...]:
        """The paths that no output may have: of the files that the arrays need, and of what else is in a folder that is read."""
        is_folder = not is_remote(self.path) and os.path.isdir(self.path)
        inside = os.listdir(self.path) if is_folder else ()
        return (*self.files, *(os.path.join(self.path, name) for name in inside))


class ReadFile(Protocol):
    """The function that reads a container."""

    def __call__(self, file: BinaryIO, path: str, stack: ExitStack, /, *, recipe_only: bool) -> OpenFile:
        """Return the content of an open file."""


class Reader(NamedTuple):
    """One container: how its files begin, and how they are read.

    ``fits`` takes the first `HEAD` bytes. ``begins_later`` tells of a file that fits no reader whether this
    container begins behind other bytes. ``read`` takes the file, its path for messages, and a stack that closes
    what it opens; it raises `UnreadableError` for any fault in the file. With ``recipe_only`` it stops
    at the recipe, and neither lists nor checks the arrays.
    """

    name: str
    fits: Callable[[bytes], bool]
    read: ReadFile
    begins_later: Callable[[BinaryIO], bool] | None = None


HEAD = 2056
"""Bytes of a file's beginning by which its container is identified, or what else it is."""

MOST_TENSORS = 250_000


def quoted(text: str) -> str:
    r"""Return text from a file in quotes, shortened and on one line, for a message.

    >>> quoted("fc.weight"), quoted("a\x1b\n\u202e"), quoted("a\\x1b")
    ("'fc.weight'", "'a\\x1b\\n\\u202e'", "'a\\\\x1b'")
    """
    return repr(text if len(text) <= 100 else text[:100] + "...")


def is_text(name: str) -> bool:
    r"""Tell whether a name from a file was UTF-8 there: bytes that are not are read as halves of characters.

    >>> is_text("fc.weight"), is_text(b"fc\xff".decode(errors="surrogateescape"))
    (True, False)
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
