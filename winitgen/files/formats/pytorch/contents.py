"""A file of PyTorch as an open file: rows of its tensors, and notes on what else it holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.formats.pytorch.opcodes import loaded
from winitgen.files.formats.pytorch.rebuilt import (
    ON_META,
    BadTensorError,
    Rebuilt,
    StorageUse,
    storage_of,
)
from winitgen.files.formats.pytorch.state import PickledState, state_of
from winitgen.files.formats.pytorch.stored_views import StorageBytes, stored_array
from winitgen.files.formats.pytorch.torch_formats import is_allowed, is_location
from winitgen.files.formats.pytorch.unpickling import (
    BadPickleError,
    ForeignPickleError,
    TooLargeError,
    Unpickling,
)
from winitgen.files.input.expansion import SharedBytes
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.stored_array import StoredArray

MOST_NAMED = 5
"""Names of what is not read that are told one by one."""

_ADVICE = "load it where it is trusted, and save it with safetensors.torch.save_file"


class Content(NamedTuple):
    """What a pickle of PyTorch holds: its tensors and its storages, and what ``torch.load`` would take otherwise, or refuses.

    ``storages`` has each as the pickle names it first, which is what PyTorch goes by.
    """

    state: PickledState
    storages: Mapping[str, StorageUse]
    others: list[OtherReading]


def content_of(pickle: Unpickling, path: str) -> Content:
    """Return what the pickle holds at which a file stands; raise `UnreadableError` if it holds nothing that is read."""
    with explained(path):
        state = state_of(loaded(pickle))
        storages = _storages(pickle)
    refused = refused_names(pickle)
    if refused and not state.tensors:
        raise UnreadableError(
            f"{path} holds {named(refused)}, which is not read, as it could run code; {_ADVICE}"
        )
    others = [*unusual_readings(pickle), *_kept_readings(pickle), *_readings(state)]
    return Content(state, storages, others)


def refused_names(pickle: Unpickling) -> list[str]:
    """Return the names in a pickle that PyTorch refuses, those of its own last."""
    return sorted(
        (name for name in pickle.globals if not is_allowed(name)), key=lambda name: name.startswith("torch.")
    )


def unusual_readings(pickle: Unpickling) -> Iterator[OtherReading]:
    """Yield why ``torch.load`` refuses a pickle, or what in it ``torch.save`` never writes."""
    refused = refused_names(pickle)
    if refused:
        yield OtherReading(
            f"it holds {named(refused)}, which is not read, as it could run code: torch.load(weights_only=True) refuses the file"
        )
    if pickle.foreign:
        yield OtherReading(
            f"its pickle has the opcode 0x{pickle.foreign[0]:02x}, for which torch.load(weights_only=True) refuses the file"
        )
    for clause in () if refused else pickle.told:
        yield OtherReading(f"its pickle {clause}")


def _storages(pickle: Unpickling) -> dict[str, StorageUse]:
    found: dict[str, StorageUse] = {}
    for use in _uses(pickle):
        found.setdefault(use.key, use)
    return found


def _uses(pickle: Unpickling) -> Iterator[StorageUse]:
    for stored in pickle.stored:
        try:
            yield storage_of(stored)
        except BadTensorError as error:
            raise BadPickleError(f"a tensor {error}") from None


def _kept_readings(pickle: Unpickling) -> Iterator[OtherReading]:
    """Yield what a pickle says of its storages in two ways, of which the loader takes one, or none."""
    roots = _storages(pickle)
    views: dict[str, StorageUse] = {}
    for use in _uses(pickle):
        first = roots[use.key]
        if (use.values, use.device) != (first.values, first.device):
            yield OtherReading(
                f"its storage {quoted(use.key)} has two sizes or two devices, of which PyTorch takes one"
            )
            return
        if use.view and (views.setdefault(use.view, use) != use or use.view in roots):
            yield OtherReading(f"its view {quoted(use.view)} of a storage is two, of which PyTorch takes one")
            return
        if not is_location(use.device):
            yield OtherReading(
                f"its storage {quoted(use.key)} is of {quoted(use.device)}, a device that PyTorch does not know"
            )
            return


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Turn a fault of a pickle into one line about the file."""
    try:
        yield
    except TooLargeError as error:
        raise UnreadableError(f"{path} has a pickle that is too large to read: {error}") from None
    except ForeignPickleError as error:
        raise UnreadableError(f"{path} has a pickle that is not read: {error}; {_ADVICE}") from None
    except BadPickleError as error:
        raise damaged(path, f"in its pickle, {error}") from None


def damaged(path: str, why: str) -> UnreadableError:
    """Return the error for a file that PyTorch does not read either."""
    return UnreadableError(f"{path} is a damaged PyTorch file: {why}")


def named(names: Sequence[str]) -> str:
    """Return the first of some names, and how many more there are."""
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(quoted(name) for name in names[:MOST_NAMED]) + more


def _readings(state: PickledState) -> Iterator[OtherReading]:
    if state.twice:
        yield OtherReading(f"it has {quoted(state.twice[0])} twice, or a key in it")
    yield from no_tensors(state.others, state.other)
    yield from _inside(state)


def _inside(state: PickledState) -> Iterator[OtherReading]:
    """Yield how many tensors `load_state_dict` does not find by the names that they have here."""
    how = "a dictionary or a list inside of another"
    if state.inside == 1:
        yield OtherReading(
            f"its tensor {quoted(state.deep)} stands in {how}; its name here is all keys, joined by dots",
            misread=False,
        )
    elif state.inside:
        yield OtherReading(
            f"{state.inside:,} of its tensors, such as {quoted(state.deep)}, stand in {how}; their names here are all keys, "
            "joined by dots",
            misread=False,
        )


def no_tensors(count: int, first: str) -> Iterator[OtherReading]:
    """Yield how many values are no tensors, and the name of the first; nothing if all are."""
    if count == 1:
        which = f" {quoted(first)}" if first else ""  # a file may be one value, which has no name
        yield OtherReading(f"its value{which} is no tensor, and was not read", misread=False)
    elif count:
        yield OtherReading(
            f"{count:,} of its values, such as {quoted(first)}, are no tensors, and were not read",
            misread=False,
        )


def arrays_of(
    content: Content, place: Callable[[StorageUse], StorageBytes], path: str, *, big: bool
) -> list[StoredArray]:
    """Return the rows of a file's tensors; ``place`` finds a storage in it, or raises `UnreadableError`.

    Views may repeat what is stored: those that would take more than a file can explain are not read. What names a
    storage in two formats is added to the content.
    """
    places = {key: place(storage) for key, storage in content.storages.items()}
    shared = _bound(places.values())
    found: list[StoredArray] = []
    for name, tensor in content.state.tensors.items():
        storage, one = _stored(tensor, content, places, big=big)
        try:
            found.append(shared.bounded(stored_array(name, one, storage, path, big=big)))
        except BadTensorError as error:
            raise damaged(path, f"the tensor {quoted(name)} {error}") from None
    return found


def _bound(storages: Collection[StorageBytes]) -> SharedBytes:
    """Return what bounds the values that tensors declare by the bytes that a file has of them; unpacking those counts, too."""
    shared = SharedBytes(sum(one.size if one.packed is None else one.packed for one in storages))
    shared.why_not(sum(one.size for one in storages if one.packed is not None))
    return shared


def _stored(
    tensor: Rebuilt, content: Content, places: Mapping[str, StorageBytes], *, big: bool
) -> tuple[StorageBytes | None, Rebuilt]:
    """Return where a tensor's storage is, and the tensor as PyTorch reads it of that."""
    if tensor.storage is None:
        return None, tensor
    use = tensor.storage
    storage = places[use.key]
    if content.storages[use.key].device == "meta":
        tensor = tensor._replace(reason=ON_META)
    if storage.format != use.format:
        key = quoted(use.key)
        content.others.append(
            OtherReading(f"its storage {key} has two number formats, of which PyTorch takes the first")
        )
        if tensor.format == use.format:
            tensor = tensor._replace(format=storage.format)
    if big and tensor.format.itemsize != storage.format.itemsize:
        reason = "it is of a machine with the other byte order, in which PyTorch does not turn it"
        tensor = tensor._replace(reason=reason)
    return storage, tensor
