"""Reads a pickle as ``torch.load(weights_only=True)`` does: what a call makes is found when it is called.

What ``torch.save`` never writes is told, whatever PyTorch may make of it: there is one right way for each kind of value.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, BinaryIO

from winitgen.files.formats.pytorch.dictionary_keys import is_key
from winitgen.files.formats.pytorch.pickled import Entries, GlobalName, Made
from winitgen.files.formats.pytorch.rebuilt import SIZE, BadTensorError, Rebuilt, is_within
from winitgen.files.formats.pytorch.torch_calls import is_function, meaning_of, old_tensor, unusual
from winitgen.files.formats.pytorch.torch_formats import (
    DICTIONARIES,
    OLD_TENSORS,
    UNREAD_TENSORS,
    is_allowed,
)
from winitgen.files.formats.pytorch.unpickling import BadPickleError, Unpickling
from winitgen.files.formats.pytorch.usual_calls import is_usual
from winitgen.files.input.open_file import quoted

_ORDERED = "collections.OrderedDict"
_PARAMETER = "torch.nn.parameter.Parameter"

OF_ZIP, OF_STREAM = 5, 6
"""Of how many parts the id of a storage is: its form, class, key, device and number of values; before 1.6 a view or None, too."""

_OF_AN_ERROR = 10
_OF_ARGUMENTS = 4
"""How many objects a call counts for that PyTorch refuses, or whose arguments are those of another: it takes as long as they do."""


class TorchPickle(Unpickling):
    """A pickle of PyTorch; ``parts`` is of how many parts the id of a storage is, which differs between its two forms of files."""

    def __init__(self, file: BinaryIO, parts: int) -> None:
        super().__init__(file)
        self._parts = parts
        self._bad: dict[str, BadTensorError] = {}

    def keep(self) -> None:
        """Take a storage, whose id has a certain number of parts."""
        super().keep()
        found = self.top.id
        if type(found) is not tuple or len(found) != self._parts:
            self.tell("names a storage otherwise than torch.save does")

    def called(self, name: GlobalName, args: Any, *, new: bool) -> Any:
        """Return what a call gives, with the tensor that it makes; of a name that PyTorch refuses nothing is known."""
        made = Made(name.name, args)
        if not is_allowed(name.name):
            return made
        if name.name in DICTIONARIES:
            return self._dictionary(name.name, args, new)
        if new and name.name not in {_PARAMETER, SIZE}:
            self.tell(unusual(name.name))
        elif is_function(name.name):
            self.count()  # of the tensor, beside the call
            self._count_axes(args)
            made.meaning, made.args = self._told(meaning_of(name.name, args, self.tell)), ()
        elif name.name in OLD_TENSORS and args == ():
            made.meaning = old_tensor(name.name, None)
        elif name.name in UNREAD_TENSORS:
            self.tell(f"makes a tensor by {quoted(name.name)}, of which nothing is read")
        elif not self._is_usual(name.name, args):
            self.tell(unusual(name.name))
        return made

    def _told(self, meaning: Rebuilt | BadTensorError | None) -> Rebuilt | BadTensorError | None:
        """Return a tensor; tell it if PyTorch refuses it, as it may stand where none is looked for."""
        if isinstance(meaning, BadTensorError):
            self.count(_OF_AN_ERROR)
            self.tell(f"makes a tensor that {meaning}")
            return self._bad.setdefault(str(meaning), meaning.with_traceback(None))
        if meaning is not None and not is_within(meaning):
            self.tell("makes a tensor that lies outside its storage")
        return meaning

    def _count_axes(self, args: Any) -> None:
        """Count the axes of shapes, which are looked at, and what a list of them takes."""
        if type(args) is tuple:
            self.count(_OF_ARGUMENTS if self.is_again(args) else 0)
            self.count(sum(len(one) // 8 for one in args[:4] if type(one) in {tuple, list}))

    def _dictionary(self, name: str, args: Any, new: bool) -> Entries:
        """Return an ordered dictionary or a counter: empty, or of what Python gives it when it writes a pickle."""
        found = Entries(name)
        given = args[0] if type(args) is tuple and len(args) == 1 and not new else None
        if name != _ORDERED and isinstance(given, Entries):
            self.count(len(given.pairs))
            found.pairs += given.pairs
        elif name == _ORDERED and type(given) is list and all(_is_pair(one) for one in given):
            self.count(len(given))
            self.put(found, [(one[0], one[1]) for one in given])
        elif args != ():
            self.tell(unusual(name))
        return found

    def _is_usual(self, name: str, args: Any) -> bool:
        """Tell whether a call of what makes no tensor has the arguments that Python or PyTorch writes."""
        given = args[0] if type(args) is tuple and args else None
        if isinstance(given, str):
            self.count(len(given) // 16)
        elif isinstance(given, list | tuple):
            self.count(len(given))
        return is_usual(name, args)

    def set_state(self, value: Any, state: Any) -> None:
        """Set the attributes of an ordered dictionary, or the storage of a tensor of before 0.4."""
        if isinstance(value, Entries) and value.name != "dict":
            self.count(len(state.pairs) if isinstance(state, Entries) else 0)
            if value.name != _ORDERED or not isinstance(state, Entries) or not _are_attributes(state):
                self.tell(f"sets the state of {quoted(value.name)} otherwise than Python does")
            return
        if isinstance(value, Made) and is_allowed(value.name):
            if value.name not in OLD_TENSORS or value.state is not None:
                self.tell(f"sets the state of what {quoted(value.name)} made, which torch.save never does")
                return
            value.meaning = self._told(old_tensor(value.name, state))
        super().set_state(value, state)

    def put(self, value: Any, pairs: Iterable[tuple[Any, Any]]) -> None:
        """Put entries into a dictionary, whose keys Python can find again."""
        if isinstance(value, Made) and is_allowed(value.name):
            raise BadPickleError("it sets entries of what is not a dictionary")
        listed = list(pairs)
        self.count(sum(len(key) for key, _ in listed if type(key) is tuple))
        if not all(is_key(key) for key, _ in listed):
            self.tell("has a key of a dictionary that torch.save never writes")
        super().put(value, listed)

    def extend(self, value: Any, items: list[Any]) -> None:
        """Append to a list, and to nothing else that PyTorch knows."""
        if isinstance(value, Made) and is_allowed(value.name):
            raise BadPickleError("it appends to what is not a list")
        super().extend(value, items)


def _is_pair(value: Any) -> bool:
    return type(value) in {list, tuple} and len(value) == 2


def _are_attributes(state: Entries) -> bool:
    """Tell whether these are attributes that hide none of an ordered dictionary."""
    return all(isinstance(key, str) and not hasattr(OrderedDict, key) for key, _ in state.pairs)
