"""Reads what ``torch.save`` wrote before 1.6: pickles one after another, then the bytes of each storage.

The first three pickles are a number, a version, and facts about the machine; the fourth describes the tensors; the fifth
lists the keys of the storages in their order. Each storage begins with its number of values, of 8 bytes. PyTorch reads them as
little-endian, whatever the machine, and ignores what stands behind the last.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from winitgen.files.formats.pytorch.contents import (
    arrays_of,
    content_of,
    damaged,
    explained,
    unusual_readings,
)
from winitgen.files.formats.pytorch.opcodes import loaded
from winitgen.files.formats.pytorch.rebuilt import StorageUse
from winitgen.files.formats.pytorch.stored_views import StorageBytes
from winitgen.files.formats.pytorch.torch_pickle import OF_STREAM, TorchPickle
from winitgen.files.input.open_file import OpenFile, quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.raw_values import Source
from winitgen.files.stores.remote_file import RemoteFile

if TYPE_CHECKING:
    from contextlib import ExitStack

_NUMBER = b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
_FRAME = b"\x95" + len(_NUMBER).to_bytes(8, "little")
_MAGICS = tuple(b"\x80" + start + _NUMBER for start in (b"\2", b"\3", b"\4" + _FRAME, b"\5" + _FRAME))
"""The first pickle in each protocol, with the number by which PyTorch knows its files."""

LONGEST_MAGIC = max(map(len, _MAGICS))

_VERSION = 1001
_COUNT = 8


def fits(head: bytes) -> bool:
    """Tell whether a file begins with PyTorch's number."""
    return head.startswith(_MAGICS)


def read(  # what a part of a file needs
    file: BinaryIO,
    path: str,
    _: ExitStack,
    *,
    recipe_only: bool,
    source: Source | None = None,
    base: int = 0,
) -> OpenFile:
    """Return the tensors that the fourth pickle describes, of a file or of the part of ``source`` that begins at ``base``."""
    if recipe_only:
        return OpenFile(path, "pytorch")
    beside = [*_tar_readings(file)]
    _loaded(file, path, beside)
    if _loaded(file, path, beside) != _VERSION:
        raise damaged(path, f"its protocol is not {_VERSION}")
    _loaded(file, path, beside)
    content = content_of(TorchPickle(file, OF_STREAM), path)
    keys = _loaded(file, path, beside)
    content.others.extend(other for other in dict.fromkeys(beside) if other not in content.others)
    places = _places(file, path, keys, content.storages)
    if source is not None:
        places = {key: _part(one, source, base) for key, one in places.items()}

    def place(storage: StorageUse) -> StorageBytes:
        if storage.key not in places:
            raise damaged(path, f"it has no storage {quoted(storage.key)}")
        return places[storage.key]

    tensors = arrays_of(content, place, path, big=False)
    content.others.extend(_untyped(content.storages))
    end, size = file.tell(), file.seek(0, io.SEEK_END)
    stored = sum(one.size for one in places.values())
    if size > end:
        content.others.append(_behind(file, size - end))
    facts: dict[str, int | str] = {"file_bytes": size, "header_bytes": size - stored}
    return OpenFile(path, "pytorch", tensors, facts=facts, others=content.others)


def _behind(file: BinaryIO, count: int) -> OtherReading:
    """Return what the bytes behind the last storage mean: zipfile looks for a zip at the end, PyTorch at the beginning."""
    if zipfile.is_zipfile(file):
        return OtherReading(
            "a zip stands behind its last storage: transformers takes the file for one, and PyTorch refuses to load it so"
        )
    return OtherReading(f"{count:,} bytes follow its last storage, and were not read", misread=False)


def _untyped(storages: Mapping[str, StorageUse]) -> Iterator[OtherReading]:
    """Yield that PyTorch refuses a storage without a number format, though ``torch.save`` writes such for newer formats in this form, too."""
    bad = next((key for key, use in storages.items() if use.untyped), None)
    if bad is not None:
        yield OtherReading(
            f"its storage {quoted(bad)} is an UntypedStorage, which PyTorch refuses in a file of the form before 1.6"
        )


def _part(storage: StorageBytes, source: Source, base: int) -> StorageBytes:
    """Return a storage of the part of ``source`` that begins at ``base``."""
    return storage._replace(
        source=lambda: source, begin=base + storage.begin, remote=isinstance(source, RemoteFile)
    )


def _tar_readings(file: BinaryIO) -> Iterator[OtherReading]:
    """Yield that a file begins as a tar, as ``torch.save`` wrote before 0.2; PyTorch looks for one first. Leave it at its beginning."""
    from tarfile import BLOCKSIZE, HeaderError, TarInfo

    block = file.read(BLOCKSIZE)
    file.seek(0)
    try:
        TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except HeaderError:
        return
    yield OtherReading(
        "it begins as a tar archive, too, which PyTorch reads first, and torch.load(weights_only=True) refuses"
    )


def _loaded(file: BinaryIO, path: str, others: list[OtherReading]) -> Any:
    """Return what the next pickle says, and leave the file behind it; what is unusual in it is added to ``others``."""
    with explained(path):
        pickle = TorchPickle(file, OF_STREAM)
        found = loaded(pickle)
    others += unusual_readings(pickle)
    return found


def _places(
    file: BinaryIO, path: str, keys: Any, storages: Mapping[str, StorageUse]
) -> dict[str, StorageBytes]:
    """Return where the bytes of the storages are, which follow one another; leave the file behind the last."""
    if not isinstance(keys, list) or not all(isinstance(key, str) and key in storages for key in keys):
        raise damaged(path, "it lists a storage that no tensor has")
    begin, end = file.tell(), file.seek(0, io.SEEK_END)
    found = {}
    for key in keys:
        use = storages[key]
        file.seek(begin)
        count = int.from_bytes(file.read(_COUNT), "little")
        size = use.values * use.format.itemsize
        begin += _COUNT
        if count != use.values or size > end - begin:
            raise damaged(path, f"its storage {quoted(key)} does not have its {use.values:,} values")
        found[key] = StorageBytes(lambda: file, begin, size, use.format, isinstance(file, RemoteFile))
        begin += size
    file.seek(begin)
    return found
