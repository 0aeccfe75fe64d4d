"""Reads the pickle of an index as Python's ``pickle`` does, which knows the classes of PyTorch: what it refuses is refused.

What ``torch.distributed.checkpoint`` never writes is told, whatever Python may make of it.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable
from typing import Any, BinaryIO

from winitgen.files.formats.pytorch.dictionary_keys import is_key
from winitgen.files.formats.pytorch.pickled import Entries, GlobalName, Made
from winitgen.files.formats.pytorch.torch_formats import format_of_name, is_allowed
from winitgen.files.formats.pytorch.unpickling import MOST_OBJECTS, BadPickleError, Unpickling
from winitgen.files.formats.pytorch.usual_calls import is_usual
from winitgen.files.input.open_file import quoted

OWN = "torch.distributed.checkpoint."
_OLD = "torch.distributed._shard.sharded_tensor."

_RECORDS = frozenset(
    {
        *(f"{OWN}metadata.{name}" for name in ("Metadata", "MetadataIndex", "StorageMeta")),
        *(f"{OWN}metadata.{kind}StorageMetadata" for kind in ("Tensor", "Chunk", "Bytes")),
        f"{OWN}filesystem._StorageInfo",
    }
)
"""Classes whose objects are their attributes."""

_PROPERTIES = {
    f"{OWN}metadata.TensorProperties": f"{OWN}metadata._MEM_FORMAT_ENCODING",
    f"{_OLD}metadata.TensorProperties": f"{_OLD}metadata.MEM_FORMAT_ENCODING",
}
"""The properties of a tensor, each with the class of the order in memory that is one of them."""

_ORDERS = frozenset(_PROPERTIES.values())
_PATHS = frozenset(f"pathlib.{kind}Path" for kind in ("Posix", "Windows", "_local.Posix", "_local.Windows"))
_LAYOUT = "torch.serialization._get_layout"
_OF_PROPERTIES, _MOST_ORDERS = 5, 3

CLASSES = _RECORDS | _PROPERTIES.keys() | _ORDERS | _PATHS
"""The classes of a checkpoint, each by its whole name: their modules import others, of which a pickle may name functions, too.

PyTorch 2.1 had the properties of a tensor elsewhere, and Python 3.13 has its paths elsewhere.
"""


class IndexPickle(Unpickling):
    """The pickle of an index, from the beginning of a file."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self._bytes = file.seek(0, os.SEEK_END)
        self._protocol = 0
        file.seek(0)

    def protocol(self, number: int) -> None:
        """Take the number of the protocol; raise `BadPickleError` for one that Python does not know."""
        if number > pickle.HIGHEST_PROTOCOL:
            raise BadPickleError(f"it is a pickle of protocol {number}, which there is not")
        self._protocol = number

    def frame(self, length: int) -> None:
        """Take the length of a frame, which lies in the file as a whole."""
        if length > self._bytes - self._file.tell():
            raise BadPickleError("it is cut off, or is not a pickle")

    def old_text(self, content: bytes) -> str:
        """Return a text of Python 2, which is ASCII."""
        return content.decode("ascii")

    def name(self, module: str, name: str) -> None:
        """Put a name on the stack, which in pickles from protocol 3 on is never one of Python 2."""
        if self._protocol < 3:
            super().name(module, name)
            return
        self.globals[f"{module}.{name}"] = None
        self.push(GlobalName(f"{module}.{name}"))

    def remember(self, number: int) -> None:
        """Keep the last object under a number; Python makes a table of as many."""
        if number > MOST_OBJECTS:
            raise BadPickleError(f"it keeps an object under the number {number:,}")
        super().remember(number)

    def keep(self) -> None:
        """Raise `BadPickleError`: nothing is kept beside an index."""
        raise BadPickleError("it names a storage beside it")

    def called(self, name: GlobalName, args: Any, *, new: bool) -> Any:
        """Return what a call gives; raise `BadPickleError` if Python refuses it."""
        if type(args) is not tuple:
            raise BadPickleError(f"it calls {quoted(name.name)} without arguments")
        made = Made(name.name, args)
        if _is_wrong(made, new):
            raise BadPickleError(f"it makes {quoted(name.name)} in another way than PyTorch does")
        if is_allowed(name.name) and args and (new or not is_usual(name.name, args)):
            self.tell(f"calls {quoted(name.name)} otherwise than PyTorch does")
        return made

    def set_state(self, value: Any, state: Any) -> None:
        """Set the attributes of an object; raise `BadPickleError` if its class does not take them."""
        if isinstance(value, Made) and _is_wrong_state(value.name, state):
            raise BadPickleError(
                f"it sets the attributes of {quoted(value.name)} in another way than PyTorch does"
            )
        if isinstance(value, Made) and value.name not in _RECORDS | _PROPERTIES.keys():
            self.tell(f"sets the state of {quoted(value.name)}, which PyTorch never does")
        super().set_state(value, state)

    def put(self, value: Any, pairs: Iterable[tuple[Any, Any]]) -> None:
        """Put entries into a dictionary, whose keys Python can find again."""
        listed = list(pairs)
        self._check_container(value, "it sets entries of what is not a dictionary", "collections.OrderedDict")
        self.count(sum(len(key) for key, _ in listed if type(key) is tuple))
        if not all(is_key(key) for key, _ in listed):
            self.tell("has a key of a dictionary that PyTorch never writes")
        super().put(value, listed)

    def extend(self, value: Any, items: list[Any]) -> None:
        """Append to a list."""
        self._check_container(value, "it appends to what is not a list")
        super().extend(value, items)

    def add(self, value: Any, items: list[Any]) -> None:
        """Add items to a set, each of which could be a key."""
        self._check_container(
            value, "it adds items to what is not a set", "builtins.set", "builtins.frozenset"
        )
        if not all(map(is_key, items)):
            self.tell("has a set that PyTorch never writes")
        super().add(value, items)

    def _check_container(self, value: Any, trouble: str, *names: str) -> None:
        """Raise `BadPickleError` for what Python knows and is none of these classes; tell it of what code would make."""
        if not isinstance(value, Made) or value.name in names:
            return
        if value.name in CLASSES or is_allowed(value.name):
            raise BadPickleError(trouble)
        self.tell(f"changes what {quoted(value.name)} makes, which is not read")


def _is_wrong(made: Made, new: bool) -> bool:
    """Tell whether a class of a checkpoint is set up with other arguments than it takes."""
    name, args = made.name, made.args
    if name in _RECORDS or name in _PROPERTIES:
        return not new or args != ()
    if name in _ORDERS:
        return len(args) != 1 or type(args[0]) is not int or not 0 <= args[0] < _MOST_ORDERS
    if name in _PATHS:
        return not all(isinstance(one, str) for one in args)
    if format_of_name(name) is not None:
        return True  # a number format is no function
    return name == _LAYOUT and (new or not is_usual(name, args))


def _is_wrong_state(name: str, state: Any) -> bool:
    """Tell whether the attributes of a class of a checkpoint cannot be set from a state."""
    if name in _RECORDS:
        return not isinstance(state, Entries) or not all(isinstance(key, str) for key, _ in state.pairs)
    order = _PROPERTIES.get(name)
    if order is None:
        return False
    if type(state) is not tuple or len(state) != _OF_PROPERTIES:
        return True
    return not isinstance(state[3], Made) or state[3].name != order
