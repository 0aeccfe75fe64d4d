"""Reads a folder of PyTorch's distributed checkpoints: an index, ``.metadata``, and files with the chunks of the tensors.

The loader of record, ``torch.distributed.checkpoint``, takes of each file the runs of bytes that the index names, and reads each as a
file of ``torch.save``. Chunks are opened when their values are asked for; what else stands in the files is not read.
"""

from __future__ import annotations

import io
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from winitgen.errors import UnreadableError
from winitgen.files.formats.dcp.assembled import assembled, too_scattered
from winitgen.files.formats.dcp.checkpoint import Chunk, ChunkedCheckpoint, ChunkedTensor, checkpoint_of
from winitgen.files.formats.dcp.file_slice import FileSlice
from winitgen.files.formats.dcp.index_pickle import IndexPickle
from winitgen.files.formats.npz.zip_members import archived
from winitgen.files.formats.pytorch import legacy
from winitgen.files.formats.pytorch.contents import named, no_tensors
from winitgen.files.formats.pytorch.torch_archive import TorchArchive
from winitgen.files.formats.pytorch.torch_members import folder_of
from winitgen.files.input.array_folders import beside_arrays
from winitgen.files.input.expansion import SharedBytes, named_too_often
from winitgen.files.input.held_folder import HeldFolder
from winitgen.files.input.numpy_formats import numpy_dtype
from winitgen.files.input.open_file import OpenFile, quoted
from winitgen.files.input.opening import inside
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.stored_array import Read, StoredArray
from winitgen.files.shards.file_names import CHECKPOINT_INDEX
from winitgen.files.stores.address import is_remote, join

if TYPE_CHECKING:
    from contextlib import ExitStack

    from winitgen.files.input.raw_values import Source

NAME = "dcp"


class _ChunkFile(NamedTuple):
    """A file with chunks: its path, what its bytes are read from, its size, and where its first chunk stands in all files."""

    path: str
    source: Source
    size: int
    begin: int


def read(folder: HeldFolder, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Return the tensors that the index lists."""
    path = join(folder.path, CHECKPOINT_INDEX)
    if recipe_only:
        return OpenFile(folder.path, NAME)
    with folder.member(CHECKPOINT_INDEX) as (index, _):
        found = checkpoint_of(IndexPickle(index), path)
        own = index.seek(0, os.SEEK_END)
    files = _files(folder, found, path)
    chunks = _Chunks(files, path, stack)
    tensors = [chunks.tensor(tensor) for tensor in found.tensors]
    total = own + sum(file.size for file in files.values())
    facts: dict[str, int | str] = {
        "file_bytes": total,
        "header_bytes": max(0, total - sum(one.nbytes for one in tensors)),  # chunks may be the same bytes
        "files": len(files) + 1,
    }
    others = [*_readings(found), *_beside(folder, files)]
    return OpenFile(folder.path, NAME, tensors, facts=facts, others=others, late=chunks.late)


def _files(folder: HeldFolder, found: ChunkedCheckpoint, path: str) -> dict[str, _ChunkFile]:
    """Open the files that the index names; raise `UnreadableError` if one is missing, or does not hold its chunks."""
    files: dict[str, _ChunkFile] = {}
    chunks = [chunk for tensor in found.tensors for chunk in tensor.chunks]
    parts = {chunk.part[:3] for chunk in chunks}
    if named_too_often(len(chunks), len(parts)):
        raise UnreadableError(
            f"{path} names {len(chunks):,} chunks in {len(parts):,} places, more than winitgen reads of so few"
        )
    begin = 0
    for tensor in found.tensors:
        for chunk in tensor.chunks:
            name = chunk.part.file
            if name not in files:
                trouble = f"{path} is a damaged index of a distributed checkpoint: the file {quoted(name)}"
                shown = inside(folder.path, name, trouble)
                if not folder.has(name):
                    raise UnreadableError(f"{path} is not complete: its file {quoted(name)} does not exist")
                with folder.member(name) as (file, source):
                    files[name] = _ChunkFile(shown, source, file.seek(0, os.SEEK_END), begin)
                begin += files[name].size
            if chunk.part.offset + chunk.part.length > files[name].size:
                raise UnreadableError(
                    f"{path} is not complete: a chunk of {quoted(tensor.name)} ends behind {quoted(name)}"
                )
    if sum(length for _, _, length in parts) > begin:
        raise UnreadableError(
            f"{path} is a damaged index of a distributed checkpoint: its chunks overlap in their files"
        )
    return files


def _readings(found: ChunkedCheckpoint) -> Iterator[OtherReading]:
    """Yield what PyTorch would run of the index, and what else it says."""
    if found.code:
        yield OtherReading(
            f"its {CHECKPOINT_INDEX} holds {named(found.code)}, which is not read, as it could run code: PyTorch loads it by Python's pickle"
        )
    if found.twice:
        yield OtherReading(f"its {CHECKPOINT_INDEX} has {quoted(found.twice)} twice")
    for clause in found.told:
        yield OtherReading(f"its {CHECKPOINT_INDEX} {clause}")
    yield from no_tensors(len(found.others), next(iter(found.others), ""))


def _beside(folder: HeldFolder, files: Mapping[str, _ChunkFile]) -> Iterator[OtherReading]:
    """Yield the files with weights that the index does not name; in a store, or where none may be listed, no file."""
    try:
        names = [] if is_remote(folder.path) else folder.names()
    except PermissionError:
        names = []
    return beside_arrays(folder, names, {*files, CHECKPOINT_INDEX})


class _OpenPart:
    """A run of bytes of a file, as it was opened by the first of its chunks; there may be several."""

    __slots__ = ("arrays", "lock")

    def __init__(self) -> None:
        self.lock = Lock()
        self.arrays: Sequence[StoredArray] | None = None


class _Chunks:
    """The chunks of a checkpoint, each of which is opened when its values are asked for."""

    def __init__(self, files: Mapping[str, _ChunkFile], path: str, stack: ExitStack) -> None:
        self._files, self._path, self._stack = files, path, stack
        self._stored = sum(file.size for file in files.values())
        self._shared = SharedBytes(self._stored)
        self._parts: dict[tuple[str, int, int], _OpenPart] = {}
        self._openers: list[Callable[[], Read]] = []
        self._told: list[OtherReading] = []

    def late(self, read_rest: bool) -> Sequence[OtherReading]:
        """Return what PyTorch could read otherwise of the chunks that were opened; if True, of all."""
        for opener in self._openers if read_rest else ():
            opener()
        return self._told

    def tensor(self, tensor: ChunkedTensor) -> StoredArray:
        """Return a tensor, of which no chunk is opened yet."""
        size = math.prod(tensor.shape) * tensor.format.itemsize
        transforms = next((chunk.part.transforms for chunk in tensor.chunks if chunk.part.transforms), "")
        why = f"its chunks are stored as {transforms}" if transforms else self._shared.why_not(size)
        why = why or too_scattered(tensor.shape, tensor.chunks, self._stored)
        read_as = "" if why else tensor.format.read_as
        dtype = numpy_dtype(read_as) if read_as else None
        begins = (self._files[one.part.file].begin + one.part.offset for one in tensor.chunks)
        values: Read | str | None = why or None
        if dtype is not None:
            chunks = [(one, self._opener(tensor, one)) for one in tensor.chunks]
            values = assembled(tensor.name, self._path, tensor.shape, dtype, chunks)
        return StoredArray(
            *(tensor.name, tensor.format.name, tensor.shape, size, values),
            offset=min(begins, default=0),
            read_as=read_as,
        )

    def _opener(self, tensor: ChunkedTensor, chunk: Chunk) -> Callable[[], Read]:
        """Return a function that returns what reads a chunk, which is opened at the first call."""
        part = self._parts.setdefault(chunk.part[:3], _OpenPart())

        def opened() -> Read:
            shown = f"a chunk of {quoted(tensor.name)} in {self._files[chunk.part.file].path}"
            with part.lock:
                if part.arrays is None:
                    part.arrays = self._opened(chunk, shown)
            found = [(one.name, one.shape, one.dtype) for one in part.arrays]
            if found != [("", chunk.shape, tensor.format.name)]:
                raise UnreadableError(f"{shown} is not the tensor that the index says")
            return part.arrays[0].read

        self._openers.append(opened)
        return opened

    def _opened(self, chunk: Chunk, shown: str) -> Sequence[StoredArray]:
        """Return the tensors of a file of PyTorch; of a chunk it should be one."""
        file = self._files[chunk.part.file]
        part = FileSlice(file.source, file.path, chunk.part.offset, chunk.part.length)
        stream = cast("BinaryIO", io.BufferedReader(part))
        arrays, told = self._loaded(stream, shown, file, chunk.part.offset)
        self._told += [one._replace(text=f"{shown}: {one.text}") for one in told if one.misread]
        return arrays

    def _loaded(
        self, stream: BinaryIO, shown: str, file: _ChunkFile, begin: int
    ) -> tuple[Sequence[StoredArray], Sequence[OtherReading]]:
        """Return the tensors of a chunk that begins in a file, and what PyTorch takes of it otherwise."""
        head = stream.read(legacy.LONGEST_MAGIC)
        stream.seek(0)
        if legacy.fits(head):
            old = legacy.read(stream, shown, self._stack, recipe_only=False, source=file.source, base=begin)
            return old.tensors, old.others
        with archived(stream, shown, "a PyTorch file") as archive:
            folder = folder_of(archive)
            if folder is None:
                raise UnreadableError(f"{shown} is not a PyTorch file, or is damaged")
            whole = TorchArchive(archive, folder, stream, shown, self._stack, source=file.source, base=begin)
            arrays, told = whole.tensors()
            return arrays, [*told, *whole.zip_readings(), *whole.readings()]
