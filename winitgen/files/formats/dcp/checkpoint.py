"""What the ``.metadata`` of a distributed checkpoint says: each tensor, its chunks, and where each of them is stored.

It is a pickle of the classes of ``torch.distributed.checkpoint.metadata``, which PyTorch loads by Python's pickle, so that whatever
code it names is run there. Here it is read as plain values.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.formats.dcp.index_pickle import CLASSES, OWN, IndexPickle
from winitgen.files.formats.pytorch.opcodes import loaded
from winitgen.files.formats.pytorch.pickled import Entries, GlobalName, Made
from winitgen.files.formats.pytorch.rebuilt import BadTensorError, whole_numbers
from winitgen.files.formats.pytorch.torch_formats import TorchFormat, format_of_name, is_allowed
from winitgen.files.formats.pytorch.unpickling import (
    BadPickleError,
    ForeignPickleError,
    TooLargeError,
)
from winitgen.files.input.open_file import quoted

MOST_CHUNKS = 250_000

_Place = tuple[str, tuple[int, ...] | None]
"""The name of a tensor, and where one of its chunks begins; None for what is no tensor."""


class StoredPart(NamedTuple):
    """Where a chunk is stored: a run of bytes of a file; ``transforms`` are what was done to it, if anything."""

    file: str
    offset: int
    length: int
    transforms: str


class Chunk(NamedTuple):
    """A box of a tensor: where it begins, how large it is, and where it is stored."""

    begin: tuple[int, ...]
    shape: tuple[int, ...]
    part: StoredPart


class ChunkedTensor(NamedTuple):
    """A tensor of a checkpoint."""

    name: str
    shape: tuple[int, ...]
    format: TorchFormat
    chunks: Sequence[Chunk]


class ChunkedCheckpoint(NamedTuple):
    """A checkpoint: its tensors, the names of its other values, and the names of code that PyTorch would run.

    ``twice`` is a name that stands twice, empty if none does; ``told`` what no program that writes an index does, as clauses.
    """

    tensors: list[ChunkedTensor]
    others: list[str]
    code: list[str]
    twice: str
    told: list[str]


def checkpoint_of(pickle: IndexPickle, path: str) -> ChunkedCheckpoint:
    """Return what a pickle says; raise `UnreadableError` if it is no checkpoint, or a damaged one."""
    try:
        found = _checkpoint(loaded(pickle), list(pickle.globals))
        return found._replace(told=[*found.told, *pickle.told])
    except TooLargeError as error:
        raise UnreadableError(f"{path} is too large to read: {error}") from None
    except ForeignPickleError as error:
        raise UnreadableError(f"{path} is a pickle that is not read: {error}") from None
    except BadPickleError as error:
        raise UnreadableError(f"{path} is a damaged index of a distributed checkpoint: {error}") from None


def _checkpoint(found: Any, names: Sequence[str]) -> ChunkedCheckpoint:
    if not isinstance(found, Made) or found.name != f"{OWN}metadata.Metadata":
        raise BadPickleError("it is not of a distributed checkpoint")
    fields = _fields(found)
    about = fields.get("storage_meta")
    if about is not None and not (isinstance(about, Made) and about.name == f"{OWN}metadata.StorageMeta"):
        raise BadPickleError("its 'storage_meta' is none of PyTorch's")
    places = dict(_places(_pairs(fields.get("storage_data"))))
    tensors: dict[str, ChunkedTensor] = {}
    others, twice, left = [], "", MOST_CHUNKS
    for name, about in _pairs(fields.get("state_dict_metadata")):
        if not isinstance(name, str) or not isinstance(about, Made):
            raise BadPickleError("it has a tensor without a name")
        if about.name != f"{OWN}metadata.TensorStorageMetadata":
            others.append(name)
            continue
        twice = name if name in tensors else twice
        tensors[name] = _tensor(name, _fields(about), places, left)
        left -= len(tensors[name].chunks)
    code = [name for name in names if not _is_harmless(name)]
    told = [*_one_place(fields.get("planner_data"), tensors)]
    return ChunkedCheckpoint(list(tensors.values()), others, code, twice, told)


def _one_place(planner: Any, tensors: Mapping[str, ChunkedTensor]) -> Iterator[str]:
    """Yield that two tensors have one place in the nested dictionary that was saved."""
    pairs = planner.pairs if isinstance(planner, Entries) else ()
    places = {name: place for name, place in pairs if isinstance(name, str) and _is_place(place)}
    taken: dict[tuple[str | int, ...], str] = {}
    for name in tensors:
        other = taken.setdefault(places.get(name, (name,)), name)
        if other != name:
            yield f"gives {quoted(other)} and {quoted(name)} one place in its planner_data, so that dcp_to_torch_save of PyTorch loses one of them"
            return


def _is_place(value: Any) -> bool:
    """Tell whether a value is a path of keys and of numbers in lists."""
    return isinstance(value, tuple) and all(isinstance(one, str | int) for one in value)


def _is_harmless(name: str) -> bool:
    return name in CLASSES or is_allowed(name)


def _fields(value: Any) -> Mapping[str, Any]:
    """Return the attributes of an object; of those that stand twice the last."""
    return {key: one for key, one in _pairs(_state(value)) if isinstance(key, str)}


def _state(value: Any) -> Any:
    """Return what the attributes of an object are set from; raise `BadPickleError` if it is made of anything else, too."""
    if not isinstance(value, Made):
        return None
    if value.args != () or value.filled:
        raise BadPickleError(f"it makes {quoted(value.name)} in another way than PyTorch does")
    return value.state


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    if not isinstance(value, Entries):
        raise BadPickleError("it has no dictionary where one belongs")
    return value.pairs


def _places(pairs: Sequence[tuple[Any, Any]]) -> Iterator[tuple[_Place, StoredPart]]:
    """Yield where each chunk is stored."""
    _check_chunks(len(pairs), MOST_CHUNKS)
    for index, info in pairs:
        of, where = _fields(index), _fields(info)
        name, file = of.get("fqn"), where.get("relative_path")
        if isinstance(of.get("offset"), list):
            raise BadPickleError("it has a chunk at a list, by which Python finds nothing")
        begin = None if of.get("offset") is None else numbers(of["offset"])
        run = where.get("offset"), where.get("length")
        if not isinstance(name, str) or not isinstance(file, str):
            raise BadPickleError("it has a chunk without a name or a file")
        if not all(type(number) is int and 0 <= number < 1 << 63 for number in run):
            raise BadPickleError(f"a chunk of {quoted(name)} has no place in its file")
        transforms = where.get("transform_descriptors") or ()
        told = ", ".join(map(str, transforms)) if isinstance(transforms, tuple | list) else "unknown"
        yield (name, begin), StoredPart(file, *run, told)  # type: ignore[arg-type]  # both are numbers


def _check_chunks(count: int, most: int) -> None:
    """Raise `TooLargeError` for more chunks than are read, of all tensors together: tensors may share a list of them."""
    if count > most:
        raise TooLargeError(f"it has more than {MOST_CHUNKS:,} chunks, the most that winitgen reads")


def numbers(value: Any) -> tuple[int, ...]:
    """Return the whole numbers of a ``torch.Size``."""
    try:
        return whole_numbers(value)
    except BadTensorError as error:
        raise BadPickleError(f"a tensor {error}") from None


def _tensor(
    name: str, fields: Mapping[str, Any], places: Mapping[_Place, StoredPart], most: int
) -> ChunkedTensor:
    """Return a tensor of no more than ``most`` chunks."""
    state = _state(fields.get("properties"))
    first = state[0] if isinstance(state, tuple) and state else None
    kind = format_of_name(first.name) if isinstance(first, GlobalName) else None
    listed = fields.get("chunks")
    if kind is None or not isinstance(listed, list):
        raise BadPickleError(f"{quoted(name)} has no known number format, or no chunks")
    _check_chunks(len(listed), most)
    shape, same = numbers(fields.get("size")), _Shapes()
    chunks = [_chunk(name, shape, _fields(one), places, same) for one in listed]
    if sum(math.prod(chunk.shape) for chunk in chunks) != math.prod(shape):
        raise BadPickleError(f"the chunks of {quoted(name)} overlap, or leave gaps")
    return ChunkedTensor(name, shape, kind, chunks)


class _Shapes(dict[tuple[int, ...], tuple[int, ...]]):
    """Shapes, of equal ones the first: a list may have one chunk many times."""

    def __missing__(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return self.setdefault(shape, shape)


def _chunk(
    name: str,
    whole: tuple[int, ...],
    fields: Mapping[str, Any],
    places: Mapping[_Place, StoredPart],
    same: _Shapes,
) -> Chunk:
    begin, shape = same[numbers(fields.get("offsets"))], same[numbers(fields.get("sizes"))]
    if not len(begin) == len(shape) == len(whole) or any(
        first + size > most for first, size, most in zip(begin, shape, whole, strict=True)
    ):
        raise BadPickleError(f"a chunk of {quoted(name)} lies outside of it")
    part = places.get((name, begin))
    if part is None:
        raise BadPickleError(f"a chunk of {quoted(name)} is stored nowhere")
    return Chunk(begin, shape, part)
