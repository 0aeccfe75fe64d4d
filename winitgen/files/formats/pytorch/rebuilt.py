"""The tensors that a pickle of PyTorch describes: which storage, which elements of it, in which shape."""

from __future__ import annotations

from typing import Any, NamedTuple

from winitgen.files.formats.pytorch.pickled import GlobalName, KeptBeside, Made
from winitgen.files.formats.pytorch.torch_formats import UNTYPED, TorchFormat, format_of_storage

MOST_AXES = 64

SIZE = "torch.Size"

ON_META = "it is on the meta device, without values"


class StorageUse(NamedTuple):
    """A storage as a pickle names it: its key, format and number of values, and the device that it is of.

    ``view`` is the key of a view of it, if it is one, which begins at the value ``begin`` and has ``length`` of them.
    ``untyped`` says that its class names no format, so that its values are bytes.
    """

    key: str
    format: TorchFormat
    values: int
    device: str = "cpu"
    view: str = ""
    begin: int = 0
    length: int = 0
    untyped: bool = False


class Rebuilt(NamedTuple):
    """A tensor: elements ``offset + sum(index * stride)`` of a storage.

    Without a storage, or with a ``reason``, its values are not read. ``reason`` is a clause about the tensor. ``bits``
    are "conj" for values that are the conjugates of those that are stored, and "neg" for their negatives.
    """

    shape: tuple[int, ...]
    format: TorchFormat
    storage: StorageUse | None = None
    offset: int = 0
    strides: tuple[int, ...] = ()
    reason: str = ""
    bits: tuple[str, ...] = ()


class BadTensorError(Exception):
    """The description of a tensor is none; the message is a clause about it."""


def tensor_of(value: Any) -> Rebuilt | None:
    """Return the tensor that a value of a pickle is, None if it is none; raise `BadTensorError` for one that PyTorch refuses."""
    found = value.meaning if isinstance(value, Made) else None
    if isinstance(found, BadTensorError):
        raise found
    return found if isinstance(found, Rebuilt) else None


def is_within(tensor: Rebuilt) -> bool:
    """Tell whether a tensor lies within its storage, or within the view of it, by what the pickle says of them."""
    use = tensor.storage
    if use is None or 0 in tensor.shape:
        return True
    last = sum((axis - 1) * stride for axis, stride in zip(tensor.shape, tensor.strides, strict=True))
    values = use.length if use.view else use.values
    fits = not use.view or use.begin + use.length <= use.values
    return fits and (tensor.offset + last + 1) * tensor.format.itemsize <= values * use.format.itemsize


def storage_of(value: Any) -> StorageUse:
    """Return the storage that is kept beside a pickle; raise `BadTensorError` if it is none."""
    if not isinstance(value, KeptBeside):
        raise BadTensorError("has no storage")
    if value.meaning is None:
        value.meaning = _storage(value.id)
    found: StorageUse = value.meaning
    return found


def _storage(found: Any) -> StorageUse:
    """Return the storage that a persistent id names."""
    if type(found) is not tuple or len(found) < 5 or _text(found[0]) != "storage":
        raise BadTensorError("has no storage")
    kind, key, count = found[1], _text(found[2]), found[4]
    known = format_of_storage(kind.name) if isinstance(kind, GlobalName) else None
    if known is None or type(count) is not int or not 0 <= count < 1 << 63 or not key:
        raise BadTensorError("has a storage without a key, a number of values below 2^63, or a known format")
    use = StorageUse(key, known, count, _text(found[3]), untyped=kind.name == UNTYPED)
    view = found[5] if len(found) > 5 else None
    if view is None:
        return use
    if (
        type(view) is not tuple
        or len(view) != 3
        or not all(type(one) is int and one >= 0 for one in view[1:])
    ):
        raise BadTensorError("has a view of a storage without an offset")
    if not _text(view[0]):
        raise BadTensorError("has a view of a storage without a key")
    return use._replace(view=_text(view[0]), begin=view[1], length=view[2])


def _text(value: Any) -> str:
    """Return a text, which Python 2 wrote as bytes; empty for anything else."""
    if isinstance(value, bytes):
        return value.decode("ascii", "replace")
    return value if isinstance(value, str) else ""


def whole_numbers(value: Any, what: str = "a shape") -> tuple[int, ...]:
    """Return a shape or strides, which may be a ``torch.Size``; ``what`` it is, for the message."""
    if isinstance(value, Made) and value.name == SIZE and type(value.args) is tuple:
        value = value.args[0] if value.args else ()
    if type(value) not in {tuple, list} or len(value) > MOST_AXES:
        raise BadTensorError(f"needs {what} of at most {MOST_AXES} whole numbers")
    if not all(type(number) is int and 0 <= number < 1 << 63 for number in value):
        raise BadTensorError(f"needs {what} of whole numbers from 0 to 2^63 - 1, the largest of PyTorch")
    return tuple(value)
