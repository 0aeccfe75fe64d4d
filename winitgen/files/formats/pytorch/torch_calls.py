"""What the functions of PyTorch make of their arguments, which stand in its pickles: tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from winitgen.files.formats.pytorch.lazy_bits import Tell, with_bits
from winitgen.files.formats.pytorch.pickled import Entries, GlobalName, Made
from winitgen.files.formats.pytorch.rebuilt import (
    ON_META,
    SIZE,
    BadTensorError,
    Rebuilt,
    storage_of,
    tensor_of,
    whole_numbers,
)
from winitgen.files.formats.pytorch.torch_formats import (
    TENSOR_TYPES,
    TorchFormat,
    format_of_name,
    format_of_storage,
)
from winitgen.files.input.open_file import quoted

_UTILS = "torch._utils."
_PARAMETER = "torch.nn.parameter.Parameter"
_OF_TYPE = "torch._tensor._rebuild_from_type_v2"


def unusual(name: str) -> str:
    """Return the clause about a call that ``torch.save`` writes otherwise, if at all."""
    return f"calls {quoted(name)} otherwise than torch.save writes it"


def is_function(name: str) -> bool:
    """Tell whether a name is that of a function that makes a tensor."""
    return name in _REBUILDING


def meaning_of(name: str, args: Any, tell: Tell) -> Rebuilt | BadTensorError | None:
    """Return the tensor that a call of a function of PyTorch makes, or why it refuses it; None if it makes none that is known."""
    known = _REBUILDING.get(name)
    if known is None:
        return None
    try:
        found = known.make(_args(name, args, known), tell)
    except BadTensorError as error:
        return error
    if found is None:
        tell(unusual(name))
    return found


def old_tensor(name: str, state: Any) -> Rebuilt | BadTensorError:
    """Return what a tensor of PyTorch before 0.4 is: without its state one without values."""
    given = format_of_storage(name.replace("Tensor", "Storage"))
    assert given is not None  # the name is among OLD_TENSORS
    if state is None:
        return Rebuilt((0,), given, reason="its storage is missing")
    try:
        found = _strided(_args(name, state, _Rebuilding(4, 4, _tensor)))
    except BadTensorError as error:
        return error
    is_own = found.format == given and found.storage is not None and found.storage.device == "cpu"
    return found if is_own else BadTensorError("has a storage of another number format or another device")


def _strided(args: Sequence[Any], given: TorchFormat | None = None) -> Rebuilt:
    """Return a tensor of a storage."""
    stored, offset, size, stride = args[:4]
    storage = storage_of(stored)
    shape, strides = whole_numbers(size), whole_numbers(stride, "strides")
    if type(offset) is not int or not 0 <= offset < 1 << 63 or len(strides) != len(shape):
        raise BadTensorError("has an offset or strides that do not fit its shape")
    return Rebuilt(shape, given or storage.format, storage, offset, strides)


def _tensor(args: Sequence[Any], tell: Tell) -> Rebuilt:
    return _strided(args)


def _tensor_v2(args: Sequence[Any], tell: Tell) -> Rebuilt:
    made = _strided(args)
    _check_set_up(made, args[4], args[5], tell)
    return with_bits(made, args[6] if len(args) > 6 else None, tell)


def _tensor_v3(args: Sequence[Any], tell: Tell) -> Rebuilt:
    made = _strided(args, _format(args[6]))
    _check_set_up(made, args[4], args[5], tell)
    if args[4] is True:  # it is set to a storage after that, which PyTorch forbids
        tell(_TRAINED)
    return with_bits(made, args[7] if len(args) > 7 else None, tell)


def _check_set_up(tensor: Rebuilt, needs_gradient: Any, hooks: Any, tell: Tell) -> None:
    """Tell it unless a tensor is trained or not, which whole numbers cannot be, and has no hooks."""
    if type(needs_gradient) is not bool or (needs_gradient and not _is_trainable(tensor)):
        tell(_TRAINED)
    if hooks is not None and not (isinstance(hooks, Entries) and not hooks.pairs):
        tell("gives a tensor hooks, which torch.save never does")


_TRAINED = "trains a tensor that cannot be trained, for which PyTorch refuses it"


def _is_trainable(tensor: Rebuilt) -> bool:
    return bool(tensor.reason) or tensor.format.name.startswith(("float", "bfloat", "complex"))


def _parameter(args: Sequence[Any], tell: Tell) -> Rebuilt | None:
    """Return a parameter: the tensor that it is of; of its state, if it has any, nothing is read."""
    found = tensor_of(args[0])
    if found is not None:
        _check_set_up(found, args[1] if len(args) > 1 else True, args[2] if len(args) > 2 else None, tell)
        _check_state(args[3] if len(args) > 3 else None, tell)
    return found


_OF_BUFFERS = ("persistent", "_is_buffer")
"""The attributes of ``torch.nn.Buffer``, which are true or false."""


def _check_state(state: Any, tell: Tell) -> None:
    """Tell it if a tensor has attributes, except a buffer's own: PyTorch sets them, and one may be its values."""
    pairs = state.pairs if isinstance(state, Entries) else [(None, None)] if state is not None else []
    if len(pairs) > len(_OF_BUFFERS) or not all(
        key in _OF_BUFFERS and isinstance(value, bool) for key, value in pairs
    ):
        tell("gives a tensor attributes, which were not compared")


def _of_type(args: Sequence[Any], tell: Tell) -> Rebuilt | None:
    """Return a tensor of a class; one of a class that PyTorch does not know is told elsewhere."""
    made, kind, inner, state = args
    if not isinstance(made, GlobalName) or not isinstance(kind, GlobalName) or made.name == _OF_TYPE:
        return None
    _check_state(state, tell)
    found = meaning_of(made.name, inner, tell)
    if isinstance(found, BadTensorError):
        raise found
    return found if kind.name in TENSOR_TYPES else None


def _sparse(args: Sequence[Any], tell: Tell) -> Rebuilt | None:
    """Return a sparse tensor, of which only the shape and the number format are read."""
    data = args[1]
    if type(data) is not tuple or len(data) > 4:  # indices in two parts, values and the shape
        return None
    sizes = [one for one in data if isinstance(one, Made) and one.name == SIZE]
    values = [found for one in data if (found := tensor_of(one)) is not None]
    if not sizes or not values:
        return None
    kept = values[-1]  # before it stand the indices
    return Rebuilt(whole_numbers(sizes[0]), kept.format, reason="it is sparse")


def _nested(args: Sequence[Any], tell: Tell) -> Rebuilt | None:
    """Return the values of a nested tensor in one row; their shapes stand in other tensors, which are not read."""
    found = tensor_of(args[0])
    if found is None:
        return None
    return found._replace(reason="it is nested: tensors of several shapes in a row")


def _quantized(args: Sequence[Any], tell: Tell) -> Rebuilt:
    return _strided(args)._replace(reason="it is quantized: its values are whole numbers beside a scale")


def _meta(args: Sequence[Any], tell: Tell) -> Rebuilt:
    return Rebuilt(whole_numbers(args[1]), _format(args[0]), reason=ON_META)


def _of_device(args: Sequence[Any], tell: Tell) -> Rebuilt | None:
    """Return the tensor of another device, which was saved as one of the processor."""
    found = tensor_of(args[0])
    if found is None:
        return None
    _check_set_up(found, args[3], None, tell)
    if args[2] == "meta":
        return found._replace(reason=ON_META)
    if found.format == _format(args[1]):
        return found
    return found._replace(reason="it is converted to another number format when it is loaded")


class _Rebuilding(NamedTuple):
    """A function of PyTorch: how many arguments it takes, and what makes its tensor of them."""

    least: int
    most: int
    make: Callable[[Sequence[Any], Tell], Rebuilt | None]


_REBUILDING: Mapping[str, _Rebuilding] = {
    f"{_UTILS}_rebuild_tensor": _Rebuilding(4, 4, _tensor),
    f"{_UTILS}_rebuild_tensor_v2": _Rebuilding(6, 7, _tensor_v2),
    f"{_UTILS}_rebuild_tensor_v3": _Rebuilding(7, 8, _tensor_v3),
    f"{_UTILS}_rebuild_qtensor": _Rebuilding(7, 7, _quantized),
    f"{_UTILS}_rebuild_meta_tensor_no_storage": _Rebuilding(4, 4, _meta),
    f"{_UTILS}_rebuild_device_tensor_from_cpu_tensor": _Rebuilding(4, 4, _of_device),
    f"{_UTILS}_rebuild_sparse_tensor": _Rebuilding(2, 2, _sparse),
    f"{_UTILS}_rebuild_nested_tensor": _Rebuilding(4, 4, _nested),
    f"{_UTILS}_rebuild_parameter": _Rebuilding(3, 3, _parameter),
    f"{_UTILS}_rebuild_parameter_with_state": _Rebuilding(4, 4, _parameter),
    _PARAMETER: _Rebuilding(1, 2, _parameter),
    _OF_TYPE: _Rebuilding(4, 4, _of_type),
}
"""What each function of PyTorch makes."""


def _args(name: str, args: Any, known: _Rebuilding) -> tuple[Any, ...]:
    """Return the arguments of a call; raise `BadTensorError` if there are not as many as it takes."""
    if type(args) is not tuple or len(args) < known.least:
        raise BadTensorError(f"has too few arguments of {name}")
    if len(args) > known.most:
        raise BadTensorError(f"has too many arguments of {name}")
    return args


def _format(value: Any) -> TorchFormat:
    found = format_of_name(value.name) if isinstance(value, GlobalName) else None
    if found is None:
        raise BadTensorError("has no known number format")
    return found
