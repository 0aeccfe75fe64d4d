"""Reads pickles into plain values (PEP 307, PEP 574, and the comments of Python's ``pickletools``).

This is an interpreter of its own, since Python's imports and calls what a pickle names. Its memory and its time are bounded:
a pickle may repeat an opcode of one byte, each of which makes an object.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

from winitgen.files.formats.pytorch.pickled import Entries, GlobalName, KeptBeside, Made
from winitgen.files.input.open_file import quoted

MOST_BYTES = 1 << 26
"""Of a pickle, without what is stored beside it."""

MOST_STEPS = 8_000_000
"""A tensor takes about 30 of them."""

MOST_OBJECTS = 2_500_000
"""Containers, calls, numbers and texts, and what is remembered; a tensor takes about 25 of them."""

MOST_CALLS = 750_000
"""Of functions and classes; a parameter takes three of them, and each as long as several objects."""

MOST_TOLD = 5
"""Of what is unusual in a pickle."""

_LONGEST_NUMBER = 255


class BadPickleError(Exception):
    """A pickle cannot be read; the message is a clause about it."""


class TooLargeError(BadPickleError):
    """A pickle has more content than is read."""


class ForeignPickleError(BadPickleError):
    """A pickle has what Python reads, and winitgen does not."""


class Unpickling:
    """One pickle, read from where a file stands.

    ``globals`` has the names in it, in order, each once; ``stored`` what it says is kept beside it; ``foreign`` its
    opcodes that PyTorch does not know; ``told`` the first things in it that a program which writes a pickle never makes, as clauses.

    What a call or a state is given stays as it was then: a container that changes after it was taken from the memory again,
    which is the only way to one that was given away, is told.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = MOST_BYTES
        self._objects = 0
        self._calls = 0
        self._stack: list[Any] = []
        self._marked: list[list[Any]] = []
        self._memo: dict[int, Any] = {}
        self.globals: dict[str, None] = {}
        self.stored: list[KeptBeside] = []
        self.foreign: list[int] = []
        self.told: dict[str, None] = {}
        self._again: dict[int, Any] = {}

    def take(self, count: int) -> bytes:
        """Return the next bytes; raise `BadPickleError` if the file ends, or the pickle has too many."""
        self._left -= count
        if self._left < 0:
            raise TooLargeError(f"it has more than {MOST_BYTES:,} bytes, the most that winitgen reads")
        found = self._file.read(count)
        if len(found) < count:
            raise BadPickleError("it is cut off, or is not a pickle")
        return found

    def number(self, form: str) -> int:
        """Return the next number in the given format of ``struct``."""
        found: int = struct.unpack(form, self.take(struct.calcsize(form)))[0]
        return found

    def line(self) -> str:
        """Return the text up to the end of a line, of which names are made."""
        found = self._file.readline(1 << 10)
        self._left -= len(found)
        if not found.endswith(b"\n"):
            raise BadPickleError("it is cut off, or is not a pickle")
        return found[:-1].decode()

    def old_text(self, content: bytes) -> str:
        """Return a text of Python 2, for which PyTorch takes it, though it may be bytes."""
        return content.decode()

    def push(self, value: Any) -> None:
        """Put an object on the stack that takes memory of its own."""
        self.count()
        self._stack.append(value)

    def push_again(self, value: Any) -> None:
        """Put an object on the stack that is there already."""
        if len(self._stack) > MOST_OBJECTS:
            raise self._too_many()
        self._stack.append(value)

    def pop(self) -> Any:
        """Take the last object from the stack."""
        return self._stack.pop()

    @property
    def top(self) -> Any:
        """The last object on the stack."""
        return self._stack[-1]

    def mark(self) -> None:
        """Begin a stack for what a container gets."""
        self.count()
        self._marked.append(self._stack)
        self._stack = []

    def pop_mark(self) -> list[Any]:
        """Return what was put on the stack since the last mark."""
        found, self._stack = self._stack, self._marked.pop()
        return found

    def remember(self, number: int) -> None:
        """Keep the last object under a number."""
        self.count()
        self._memo[number] = self._stack[-1]

    def remember_next(self) -> None:
        """Keep the last object under the next number."""
        self.remember(len(self._memo))

    def recall(self, number: int) -> None:
        """Put the object of a number on the stack."""
        self.push_again(self._seen_again(self._memo[number]))

    def duplicate(self) -> None:
        """Put the last object on the stack once more."""
        self.push_again(self._seen_again(self.top))

    def _seen_again(self, value: Any) -> Any:
        if isinstance(value, tuple | list | Entries | Made) and id(value) not in self._again:
            self.count()
            self._again[id(value)] = value
        return value

    def is_again(self, value: Any) -> bool:
        """Tell whether an object was taken from the memory again."""
        return id(value) in self._again

    def tell(self, clause: str) -> None:
        """Keep a clause about the pickle."""
        if len(self.told) < MOST_TOLD:
            self.told[clause] = None

    def changes(self, value: Any) -> None:
        """Tell it if a container or an object is changed that may have been given away before."""
        if self.is_again(value):
            self.tell(
                f"changes {quoted(kind(value))} after it was used, and a loader may take what it was before"
            )

    def name(self, module: str, name: str) -> None:
        """Put the name of a function or a class on the stack, in today's spelling if it is one of Python 2."""
        from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING

        module, name = NAME_MAPPING.get((module, name), (IMPORT_MAPPING.get(module, module), name))
        self.globals[f"{module}.{name}"] = None
        self.push(GlobalName(f"{module}.{name}"))

    def called(self, name: GlobalName, args: Any, *, new: bool) -> Any:
        """Return what a call gives; ``new`` makes an object without setting it up."""
        return Made(name.name, args)

    def set_state(self, value: Any, state: Any) -> None:
        """Set the attributes of an object."""
        if not isinstance(value, Made):
            raise BadPickleError("it sets the state of what has none")
        if value.state is not None:
            self.tell(f"sets the state of {quoted(kind(value))} twice, of which a loader may take both")
        value.state = state

    def put(self, value: Any, pairs: Iterable[tuple[Any, Any]]) -> None:
        """Put entries into a dictionary; of what is put into other objects nothing is kept."""
        if not isinstance(value, Entries | Made):
            raise BadPickleError("it sets entries of what is not a dictionary")
        if isinstance(value, Entries):
            value.pairs += pairs
        else:
            value.filled = True

    def extend(self, value: Any, items: list[Any]) -> None:
        """Append to a list; of what is appended to other objects nothing is kept."""
        if not isinstance(value, list | Made):
            raise BadPickleError("it appends to what is not a list")
        if isinstance(value, list):
            value += items
        else:
            value.filled = True

    def add(self, value: Any, items: list[Any]) -> None:
        """Add items to a set, of which nothing is kept."""
        if not isinstance(value, Made):
            raise BadPickleError("it adds items to what is not a set")
        value.filled = True

    def protocol(self, number: int) -> None:
        """Take the number of the protocol, which says nothing of how a pickle is read."""

    def frame(self, length: int) -> None:
        """Take the length of a frame, by which a loader may read ahead."""

    def keep(self) -> None:
        """Put what is kept beside the pickle under the last object, its id, on the stack."""
        self.stored.append(KeptBeside(self.pop()))
        self.push(self.stored[-1])

    def count(self, number: int = 1) -> None:
        """Count objects that are made, and what a call copies or looks at; raise `TooLargeError` if there are too many."""
        self._objects += number
        if self._objects > MOST_OBJECTS:
            raise self._too_many()

    def count_call(self) -> None:
        """Count a call; raise `TooLargeError` if there are too many."""
        self._calls += 1
        if self._calls > MOST_CALLS:
            raise TooLargeError(f"it has more than {MOST_CALLS:,} calls, the most that winitgen reads")

    def _too_many(self) -> TooLargeError:
        return TooLargeError(f"it has more than {MOST_OBJECTS:,} objects, the most that winitgen reads")


Step = Callable[[Unpickling], object]
"""What one opcode does."""


def named(name: Any) -> GlobalName:
    """Return the name of what is called; raise `BadPickleError` if it is none."""
    if not isinstance(name, GlobalName):
        raise BadPickleError(f"it calls what is not a name, but {kind(name)}")
    return name


def kind(value: Any) -> str:
    """Return what a value is, as a message names it.

    >>> kind(Made("argparse.Namespace", ())), kind([1]), kind(None)
    ('argparse.Namespace', 'list', 'None')
    """
    if isinstance(value, Made | GlobalName | Entries):
        return value.name
    if isinstance(value, KeptBeside):
        return "a storage"
    return "None" if value is None else type(value).__name__


def long_number(content: bytes) -> int:
    """Return a number of any size, little-endian and signed."""
    if len(content) > _LONGEST_NUMBER:
        raise BadPickleError(f"it has a number of {len(content):,} bytes")
    return int.from_bytes(content, "little", signed=True)
