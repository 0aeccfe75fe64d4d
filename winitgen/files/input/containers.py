"""Reading weight files of any kind: the first bytes identify the container, never the name.

What stands at offset 0 decides, as it does for every other program. Only HDF5 may begin behind other bytes, its user
block, and the header of safetensors behind any number of blanks; they are looked for there only if nothing else fits at offset 0. If the name's ending is that of another
container, `OpenFile.others` says so.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.input.container_ending import other_container
from winitgen.files.input.folder_loaders import with_loaders
from winitgen.files.input.held_folder import HeldFolder, holding
from winitgen.files.input.hub_cache import snapshot_in
from winitgen.files.input.main_file import main_file
from winitgen.files.input.model_values import values_of_model
from winitgen.files.input.open_file import HEAD, OpenFile, Reader
from winitgen.files.input.opening import reading, watched
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.steady import ChangedError, changed
from winitgen.files.input.stray_files import empty_groups, has_other_weights, is_checkpoint_index, stray
from winitgen.files.shards.file_names import CHECKPOINT_INDEX
from winitgen.files.shards.torch_names import is_index
from winitgen.files.stores.address import is_remote, join, located, split
from winitgen.on_demand import OnDemand

STARTS: dict[str, bytes | tuple[bytes, ...]] = {
    "gguf": b"GGUF",
    "hdf5": b"\x89HDF",
    "keras_archive": b"PK",
    "npy": b"\x93NUMPY",
    "npz": b"PK",
    "onnx": b"",
    "pytorch": (b"PK", b"\x80"),
    "safetensors": b"",
}
"""How all files begin that a reader may recognize, in the order in which the readers are asked: the others are not imported."""

READERS: OnDemand[Reader] = OnDemand(
    lambda: {name: f"winitgen.files.formats.{name}.reader:READER" for name in STARTS}
)

_TRIES = 10
"""Readings of a folder before giving up: another program would have to replace it each time between two calls."""


@contextmanager
def opened(path: str | os.PathLike[str], *, recipe_only: bool) -> Iterator[OpenFile]:
    """Do what `winitgen.files.input.open_weights` does."""
    shown = located(path)
    with ExitStack() as stack:
        with reading(shown):
            if "\0" in shown:
                raise UnreadableError("a file name cannot contain a NUL character")
            weights = _read(shown, stack, recipe_only=recipe_only)
        yield weights


def _read(shown: str, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Read a file or a folder; a folder that another takes the place of meanwhile is read once more."""
    folder, name = split(shown)
    whole = _is_folder(shown)
    if whole:
        folder = shown if is_remote(shown) else snapshot_in(shown)
        read = partial(_open_folder, recipe_only=recipe_only)
    elif is_index(name):
        read = partial(_open_index, name)
    elif name == CHECKPOINT_INDEX:
        folder = folder or os.curdir  # for which the file stands
        read = partial(_open_checkpoint, recipe_only=recipe_only)
    else:
        found = stack.enter_context(watched(shown))
        return _checked_by(found.check, _read_file(found.file, shown, stack, recipe_only=recipe_only))
    for _ in range(_TRIES - 1):
        with suppress(ChangedError):
            return _read_held(folder, read, stack, listed=whole)
    return _read_held(folder, read, stack, listed=whole)


def _read_held(
    path: str, read: Callable[[HeldFolder, ExitStack], OpenFile], stack: ExitStack, *, listed: bool
) -> OpenFile:
    """Read files of a folder, which stays open as long as ``stack``; of a reading that fails nothing does."""
    with ExitStack() as trial:
        folder = trial.enter_context(holding(path, listed=listed))
        weights = _read_whole(folder, partial(read, folder, trial))
        stack.push(trial.pop_all())
    return _checked_by(folder.check_states, weights)


def _checked_by(check: Callable[[], object], weights: OpenFile) -> OpenFile:
    """Return weights that ``check`` looks at, too, beside what their own reader has opened."""
    own = weights.check

    def both() -> None:
        check()
        own()

    return weights._replace(check=both)


def _read_whole(folder: HeldFolder, read: Callable[[], OpenFile]) -> OpenFile:
    """Read the headers of files that were all in a folder at one time; raise `ChangedError` if they were not."""
    try:
        weights = read()
    except UnreadableError as error:
        if folder.is_elsewhere():
            raise changed(folder.path) from error
        folder.check_names()
        raise
    folder.check_names()
    return weights


def _is_folder(shown: str) -> bool:
    """Return whether a path is a folder; in a store, one whose name ends in ``/``, which costs no request."""
    return shown.endswith("/") if is_remote(shown) else os.path.isdir(shown)


def _open_folder(folder: HeldFolder, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    from winitgen.files.formats.npy_dir import reader as npy_dir

    names = folder.names()
    decides = not has_other_weights(names)
    told: list[OtherReading] = []
    if npy_dir.INDEX in names:
        if decides or npy_dir.is_index(folder):
            return npy_dir.read(folder, recipe_only=recipe_only)
        told.append(stray(npy_dir.INDEX, "index of arrays"))
    if CHECKPOINT_INDEX in names:
        if decides or is_checkpoint_index(folder):
            return _open_checkpoint(folder, stack, recipe_only=recipe_only)
        told.append(stray(CHECKPOINT_INDEX, "index of a distributed checkpoint"))
    if chunked := _folder_of_arrays(folder, names):
        found = chunked(folder, stack, recipe_only=recipe_only and decides)
        if decides or not all(one.shapeless and not one.name for one in found.tensors):
            return found._replace(others=[*found.others, *told])
        told += empty_groups(names)
    weights = _open_main(folder, names, stack, recipe_only=recipe_only)
    return weights._replace(others=[*weights.others, *told])


def _open_main(folder: HeldFolder, names: list[str], stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Read a folder by the file that stands for it."""
    values = values_of_model(folder, names)
    try:
        name = main_file(folder.path, [one for one in names if one not in values])
    except UnreadableError:
        _check_steps(folder, names)
        raise
    if is_index(name):
        weights = _open_index(name, folder, stack)
    else:
        file, _ = stack.enter_context(folder.member(name))
        weights = _read_file(file, join(folder.path, name), stack, recipe_only=recipe_only)
    return weights if recipe_only else with_loaders(folder, name, names, weights)


def _folder_of_arrays(folder: HeldFolder, names: list[str]) -> Callable[..., OpenFile] | None:
    """Return the reader of a folder of Orbax or of zarr; None for any other folder."""
    from winitgen.files.formats.zarr.recognition import AGGREGATE, is_of_orbax, is_zarr

    if not is_zarr(names) and AGGREGATE not in names:
        return None
    from winitgen.files.formats.zarr import orbax_reader, reader

    if is_of_orbax(names) or orbax_reader.has_aggregate(folder, names):
        return orbax_reader.read
    return reader.read if is_zarr(names) else None


def _check_steps(folder: HeldFolder, names: list[str]) -> None:
    """Raise `UnreadableError` for a folder of steps of Orbax."""
    from winitgen.files.formats.zarr.orbax_reader import check_steps

    if not is_remote(folder.path):
        check_steps(folder, names)


def _open_checkpoint(folder: HeldFolder, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    from winitgen.files.formats.dcp import reader as dcp

    return dcp.read(folder, stack, recipe_only=recipe_only)


def _open_index(name: str, folder: HeldFolder, stack: ExitStack) -> OpenFile:
    from winitgen.files.formats.sharded import reader as sharded

    return sharded.read(folder, name, stack)


def _read_file(file: BinaryIO, shown: str, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Read an open file by the reader that recognizes its first bytes."""
    from winitgen.files.input import unsupported

    head = file.read(HEAD)
    for name, starts in STARTS.items():
        if head.startswith(starts) and READERS[name].fits(head):
            return _read_by(READERS[name], file, shown, stack, recipe_only=recipe_only)
    for reader in READERS.values():
        if reader.begins_later is not None and reader.begins_later(file):
            return _read_by(reader, file, shown, stack, recipe_only=recipe_only)
    raise unsupported.refusal(head, file, shown, ", ".join(reader.name for reader in READERS.values()))


def _read_by(reader: Reader, file: BinaryIO, shown: str, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    file.seek(0)
    weights = reader.read(file, shown, stack, recipe_only=recipe_only)
    return weights._replace(others=[*other_container(shown, weights.format), *weights.others])
