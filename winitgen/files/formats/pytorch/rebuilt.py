"""The tensors that a pickle of PyTorch describes: which storage, which elements of it, in which shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from winitgen.files.formats.pytorch.pickled import Entries, GlobalName, KeptBeside, Made
from winitgen.files.formats.pytorch.torch_formats import (
    OLD_TENSORS,
    TENSOR_TYPES,
    TorchFormat,
    format_of_name,
    format_of_storage,
)

MOST_AXES = 64

_UTILS = "torch._utils."
_PARAMETERS = (f"{_UTILS}_rebuild_parameter", f"{_UTILS}_rebuild_parameter_with_state")
_OF_TYPE = "torch._tensor._rebuild_from_type_v2"
_SIZE = "torch.Size"


class StorageUse(NamedTuple):
    """A storage as a pickle names it: its key, format and number of values; ``begin`` is where a view of it begins."""

    key: str
    format: TorchFormat
    values: int
    begin: int = 0


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
    """Return the tensor that a value of a pickle describes, None if it describes none.

    Raises `BadTensorError` for a description that PyTorch refuses.
    """
    while isinstance(value, Made) and value.name in (*_PARAMETERS, "torch.nn.parameter.Parameter"):
        value = _args(value, 1)[0]
    if not isinstance(value, Made):
        return None
    if value.name == _OF_TYPE:
        made, kind, args = _args(value, 3)[:3]
        is_plain = isinstance(kind, GlobalName) and kind.name in TENSOR_TYPES and isinstance(made, GlobalName)
        return tensor_of(Made(made.name, args)) if is_plain and made.name != _OF_TYPE else None
    if value.name in OLD_TENSORS and value.state is not None:
        return _strided(Made(value.name, value.state))
    rebuild = _REBUILDING.get(value.name)
    return None if rebuild is None else rebuild(value)


def _strided(value: Made, *, metadata: int = 0, given: TorchFormat | None = None) -> Rebuilt:
    """Return a tensor with a storage; ``metadata`` is the index of what flips its sign or conjugates it."""
    stored, offset, size, stride = _args(value, 4)[:4]
    storage = storage_of(stored)
    shape, strides = whole_numbers(size), whole_numbers(stride)
    if type(offset) is not int or offset < 0 or len(strides) != len(shape):
        raise BadTensorError("has an offset or strides that do not fit its shape")
    made = Rebuilt(shape, given or storage.format, storage, offset, strides)
    if metadata and len(value.args) > metadata and isinstance(bits := value.args[metadata], Entries):
        return _with_bits(made, tuple(str(key) for key, on in bits.pairs if on))
    return made


_BITS = {"conj": ("complex",), "neg": ("complex", "float16", "float32", "float64")}
"""The bits of PyTorch's lazy views, and how the names of the number formats begin that can have them."""


def _with_bits(tensor: Rebuilt, bits: tuple[str, ...]) -> Rebuilt:
    """Return a tensor whose values are those that are stored but for ``bits``; not read if one of them is not known."""
    for bit in bits:
        if not tensor.format.name.startswith(_BITS.get(bit, ())):
            reason = f"it has the {bit} bit set, so that its values are not those that are stored"
            return tensor._replace(reason=reason)
    return tensor._replace(bits=bits)


def _sparse(data: Any) -> Rebuilt | None:
    """Return a sparse tensor, of which only the shape and the number format are read."""
    if not isinstance(data, tuple):
        return None
    sizes = [one for one in data if isinstance(one, Made) and one.name == _SIZE]
    values = [found for one in data if (found := _plain(one)) is not None]
    if not sizes or not values:
        return None
    kept = values[-1]  # before it stand the indices
    return Rebuilt(whole_numbers(sizes[0]), kept.format, reason="it is sparse")


def _nested(value: Made) -> Rebuilt | None:
    """Return the values of a nested tensor in one row; their shapes stand in other tensors, which are not read."""
    found = _plain(_args(value, 4)[0])
    return (
        None if found is None else found._replace(reason="it is nested: tensors of several shapes in a row")
    )


def _quantized(value: Made) -> Rebuilt:
    return _strided(value)._replace(reason="it is quantized: its values are whole numbers beside a scale")


def _meta(value: Made) -> Rebuilt:
    given, size = _args(value, 2)[:2]
    return Rebuilt(whole_numbers(size), _format(given), reason="it is on the meta device, without values")


def _of_device(value: Made) -> Rebuilt | None:
    """Return the tensor of another device, which was saved as one of the processor."""
    data, given = _args(value, 2)[:2]
    found = _plain(data)
    if found is None or found.format == _format(given):
        return found
    return found._replace(reason="it is converted to another number format when it is loaded")


_PLAIN: Mapping[str, Callable[[Made], Rebuilt]] = {
    f"{_UTILS}_rebuild_tensor": _strided,
    f"{_UTILS}_rebuild_tensor_v2": lambda value: _strided(value, metadata=6),
    f"{_UTILS}_rebuild_tensor_v3": lambda value: _strided(
        value, metadata=7, given=_format(_args(value, 7)[6])
    ),
}


def _plain(value: Any) -> Rebuilt | None:
    """Return a tensor that is made of a storage alone; one of others is not looked for, however deep it stands."""
    rebuild = _PLAIN.get(value.name) if isinstance(value, Made) else None
    return None if rebuild is None else rebuild(value)


_REBUILDING: Mapping[str, Callable[[Made], Rebuilt | None]] = {
    **_PLAIN,
    f"{_UTILS}_rebuild_qtensor": _quantized,
    f"{_UTILS}_rebuild_meta_tensor_no_storage": _meta,
    f"{_UTILS}_rebuild_device_tensor_from_cpu_tensor": _of_device,
    f"{_UTILS}_rebuild_nested_tensor": _nested,
    f"{_UTILS}_rebuild_sparse_tensor": lambda value: _sparse(_args(value, 2)[1]),
}
"""What each function of PyTorch makes."""


def storage_of(value: Any) -> StorageUse:
    """Return the storage that a persistent id names; raise `BadTensorError` if it names none."""
    found = value.id if isinstance(value, KeptBeside) else None
    if not isinstance(found, tuple) or len(found) < 5 or _text(found[0]) != "storage":
        raise BadTensorError("has no storage")
    kind, key, count = found[1], _text(found[2]), found[4]
    known = format_of_storage(kind.name) if isinstance(kind, GlobalName) else None
    if known is None or type(count) is not int or not 0 <= count < 1 << 63 or not key:
        raise BadTensorError("has a storage without a key, a number of values or a known format")
    view = found[5] if len(found) > 5 else None
    if view is None:
        return StorageUse(key, known, count)
    if not isinstance(view, tuple) or len(view) != 3 or type(view[1]) is not int or view[1] < 0:
        raise BadTensorError("has a view of a storage without an offset")
    return StorageUse(key, known, count, view[1])


def _text(value: Any) -> str:
    """Return a text, which Python 2 wrote as bytes; empty for anything else."""
    if isinstance(value, bytes):
        return value.decode("ascii", "replace")
    return value if isinstance(value, str) else ""


def _args(value: Made, least: int) -> tuple[Any, ...]:
    """Return the arguments of a call; raise `BadTensorError` if there are fewer than ``least``."""
    if not isinstance(value.args, tuple) or len(value.args) < least:
        raise BadTensorError(f"has too few arguments of {value.name}")
    return value.args


def _format(value: Any) -> TorchFormat:
    found = format_of_name(value.name) if isinstance(value, GlobalName) else None
    if found is None:
        raise BadTensorError("has no known number format")
    return found


def whole_numbers(value: Any) -> tuple[int, ...]:
    """Return a shape or strides, which may be a ``torch.Size``."""
    if isinstance(value, Made) and value.name == _SIZE and isinstance(value.args, tuple) and value.args:
        value = value.args[0]
    if not isinstance(value, tuple | list) or len(value) > MOST_AXES:
        raise BadTensorError(f"needs a shape of at most {MOST_AXES} whole numbers")
    if not all(type(number) is int and 0 <= number < 1 << 63 for number in value):
        raise BadTensorError(f"needs a shape of at most {MOST_AXES} whole numbers")
    return tuple(value)
