"""Lists the datasets of an HDF5 file, without an open object for each: opened, looked at, and closed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.files.formats.hdf5.bfloat16 import indexed, is_swapped
from winitgen.files.formats.hdf5.filters import missing_filter
from winitgen.files.formats.hdf5.group_names import GroupNames
from winitgen.files.formats.hdf5.hdf5_readings import (
    attributes,
    big_endian,
    empty_group,
    link,
    named_type,
    second_name,
)
from winitgen.files.formats.hdf5.number_formats import (
    as_stored,
    described,
    h5py_dtype,
    number_format,
    why_no_format,
)
from winitgen.files.formats.hdf5.unset_values import has_fill, unset_values
from winitgen.files.input.chunk_bytes import lookups, oversized, unpacked
from winitgen.files.input.other_reading import OtherReading

if TYPE_CHECKING:
    import numpy as np

_BATCH = 256

UNREADABLE, IN_PLACE, CHUNKED, CONSTANT = range(4)
"""How the values of a dataset are read: not at all, at an offset, through the library, or not, as all are the fill value."""


class DatasetEntry(NamedTuple):
    """One dataset. ``dtype`` is NumPy's text of a number format, or any if there is none.

    ``place`` is the offset of values in place, and the number of bytes that are stored of chunks. ``fill`` is the
    value of a constant, as hexadecimal bytes. ``unpacked`` counts the bytes of chunks that are unpacked to read all values.
    ``swapped`` says that bfloat16, whose order NumPy's text does not state, stands in place in big-endian order.
    ``why`` says why values are not read. ``shapeless`` is a dataset without a shape, which has no values. ``address``
    is that of the dataset, of which there may be several names, and ``stored`` counts the bytes of its values in the file.
    ``lookups`` counts how often a chunk is looked up to read all values, and ``chunks`` those that are stored.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    nbytes: int
    kind: int
    place: int = 0
    fill: str = ""
    unpacked: int = 0
    swapped: bool = False
    why: str = ""
    shapeless: bool = False
    address: int = 0
    stored: int = 0
    lookups: int = 0
    chunks: int = 0


def datasets(root: Any, path: str) -> Iterator[bytes]:
    """Yield JSON lists of `DatasetEntry`, in the order of their paths, each with one of `OtherReading`."""
    import json

    batch: list[DatasetEntry] = []
    others: list[OtherReading] = []
    order: list[OtherReading] = []
    for name, dataset, address in _found(root, path, others):
        entry = _in_place(name, dataset, address)
        if entry is None:
            creation = dataset.get_create_plist()
            entry = _listed(name, dataset, address, creation)
            others += unset_values(name, dataset, creation)
        batch.append(entry)
        others += attributes(name, dataset, entry.dtype)
        if not order:  # the first one says enough
            order += big_endian(name, entry.dtype)
            others += order
        if len(batch) == _BATCH:
            yield json.dumps([batch, [one.row() for one in others]]).encode()
            batch.clear()
            others.clear()
        elif not len(batch) % 16:
            yield b""
    yield json.dumps([batch, [one.row() for one in others]]).encode()


def _found(root: Any, path: str, others: list[OtherReading]) -> Iterator[tuple[str, Any, int]]:
    """Yield the paths of datasets, each with the open dataset and its address; a group reached a second time is not entered again.

    What h5py lists besides is added to ``others``.
    """
    from h5py import h5d, h5g, h5l, h5o, h5r

    seen, names = set(), GroupNames(path)
    waiting = [("", h5r.create(root.id, b"/", h5r.OBJECT), h5o.get_info(root.id).addr)]
    while waiting:
        prefix, reference, address = waiting.pop()
        if address in seen:
            others.append(second_name(prefix))
            continue
        seen.add(address)
        group = h5r.dereference(reference, root.id)
        others += attributes(prefix, group)
        groups: list[tuple[str, Any, int]] = []
        members = names.of(group, prefix)
        if not members:
            others += empty_group(prefix)
        for name in members:
            encoded = name.encode(errors="surrogateescape")
            info = group.links.get_info(encoded)
            if info.type != h5l.TYPE_HARD:
                others.append(link(prefix + name, group, encoded))
                continue
            member = h5o.open(group, encoded)
            if isinstance(member, h5d.DatasetID):
                yield prefix + name, member, info.u
            elif isinstance(member, h5g.GroupID):
                groups.append((f"{prefix}{name}/", h5r.create(group, encoded, h5r.OBJECT), info.u))
            else:
                others.append(named_type(prefix + name))
        waiting += reversed(groups)


def _in_place(name: str, dataset: Any, address: int) -> DatasetEntry | None:
    """Return a dataset whose values all stand in one piece of the file, or None for any other.

    Only of such a dataset the library gives an offset; how it was created tells nothing more, and takes long to ask.
    """
    # The offset is counted from the first byte of the file, including any user block.
    offset, stored, dtype = dataset.get_offset(), dataset.get_storage_size(), number_format(dataset)
    if offset is None or not stored or dtype is None or (shape := dataset.shape) is None:
        return None
    swapped = dtype.isbuiltin == 2 and dtype.name == "bfloat16" and is_swapped(dataset.get_type())
    nbytes = math.prod(shape) * dtype.itemsize
    return DatasetEntry(
        name,
        _text_of(dtype),
        shape,
        nbytes,
        IN_PLACE,
        offset,
        swapped=swapped,
        address=address,
        stored=stored,
    )


def _text_of(dtype: np.dtype[Any]) -> str:
    """Return NumPy's text of a number format; one of ml_dtypes has only a name."""
    return dtype.name if dtype.isbuiltin == 2 else dtype.str


def _listed(name: str, dataset: Any, address: int, creation: Any) -> DatasetEntry:
    stored, dtype = dataset.get_storage_size(), number_format(dataset)
    if why := _why_unread(dataset, creation, dtype, stored):
        entry = _unread(name, dataset, dtype, why)
    else:
        assert dtype is not None  # or there would be a reason
        entry = _read(name, dataset, dtype, creation, stored)
    return entry._replace(address=address, stored=0 if creation.get_external_count() else stored)


def _read(name: str, dataset: Any, dtype: np.dtype[Any], creation: Any, stored: int) -> DatasetEntry:
    """Return a dataset whose values are read: by chunks, or as its fill value if nothing is ``stored``."""
    from h5py import h5d

    shape = dataset.shape
    nbytes = math.prod(shape) * dtype.itemsize
    text = _text_of(dtype)
    if not stored:
        return DatasetEntry(name, text, shape, nbytes, CONSTANT, fill=_fill(dataset, dtype, creation).hex())
    if creation.get_layout() != h5d.CHUNKED:
        return DatasetEntry(name, text, shape, nbytes, CHUNKED, stored, unpacked=nbytes)
    chunk = creation.get_chunk()
    return DatasetEntry(
        name,
        text,
        shape,
        nbytes,
        CHUNKED,
        stored,
        unpacked=unpacked(shape, chunk, dtype.itemsize),
        lookups=lookups(shape, chunk),
        chunks=dataset.get_num_chunks(),
    )


def _unread(name: str, dataset: Any, dtype: np.dtype[Any] | None, why: str) -> DatasetEntry:
    """Return a dataset whose values are not read; its bytes are those of its shape, or of text what is stored."""
    shape = dataset.shape
    known = dtype if dtype is not None else h5py_dtype(dataset.get_type())
    text = described(dataset) if dtype is None else dtype.name
    if shape is None:
        return DatasetEntry(name, text, (), 0, UNREADABLE, why=why, shapeless=True)
    nbytes = math.prod(shape) * dataset.get_type().get_size()
    if known is None or known.hasobject:  # text and lists have a length of their own
        nbytes = dataset.get_storage_size()
    return DatasetEntry(name, text, shape, nbytes, UNREADABLE, why=why)


def _why_unread(dataset: Any, creation: Any, dtype: np.dtype[Any] | None, stored: int) -> str:
    """Return why the values of a dataset are not read; empty if they are."""
    from h5py import h5d

    if dataset.shape is None:
        return "it has no values, as its dataspace is null"
    if dtype is None:
        return why_no_format(dataset)
    layout = creation.get_layout()
    if layout == h5d.VIRTUAL:
        return "it is a virtual dataset, whose values are those of other datasets or files"
    if creation.get_external_count():
        return "its values are in another file"
    if layout != h5d.CHUNKED or not stored:
        return ""
    chunk = math.prod(creation.get_chunk()) * dataset.get_type().get_size()
    return missing_filter(dataset, creation) or oversized(chunk, stored)


def _fill(dataset: Any, dtype: np.dtype[Any], creation: Any) -> bytes:
    """Return the bytes of the value that every element has of which nothing is stored; zeros if the file has none."""
    import numpy as np

    if not math.prod(dataset.shape) or not has_fill(creation):
        return bytes(dtype.itemsize)
    one = np.asarray(indexed(dataset)[(0,) * len(dataset.shape)]).reshape(1)
    content: bytes = as_stored(one, dtype).tobytes()
    return content
