"""HDF5: one dataset per tensor, in groups along the ``.`` or ``/`` of its name.

The HDF5 library writes the structure into a file object that records only what is written to it,
and reports the offset of each dataset's values. The values are then streamed as in every other format.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from winitgen.errors import UsageError
from winitgen.files.formats.format import Drawable, FilePlan, Format, TensorSpan, byte_count
from winitgen.files.formats.hdf5.bfloat16 import bfloat16_type
from winitgen.files.formats.hdf5.group_names import LONGEST_PATHS
from winitgen.files.input.open_file import MOST_TENSORS
from winitgen.files.recipe import KEY, check_room
from winitgen.numeric.dtypes import COPIED_FORMATS, DTYPES

# With these, every HDF5 release since 1.8 writes the same bytes; with "latest" no two do.
_LIBVER = ("earliest", "v110")


_HDF5_NAMES = {
    "float64": "IEEE_F64LE",
    "float32": "IEEE_F32LE",
    "float16": "IEEE_F16LE",
    "int64": "STD_I64LE",
    "int32": "STD_I32LE",
    "int8": "STD_I8LE",
    "uint64": "STD_U64LE",
    "uint32": "STD_U32LE",
    "uint16": "STD_U16LE",
    "int16": "STD_I16LE",
}
"""HDF5's types of numbers; those of float8 and uint8 are bytes."""


MOST_AXES = 32
"""Axes of a dataset of HDF5 (H5S_MAX_RANK)."""


def lay_out(tensors: Sequence[Drawable], metadata: Mapping[str, str]) -> FilePlan:
    """Let HDF5 write a file without values, and record where the values go."""
    for tensor in tensors:
        if tensor.dtype in COPIED_FORMATS and tensor.dtype not in _HDF5_NAMES:
            where = ".npz" if COPIED_FORMATS[tensor.dtype].numpy else ".safetensors"
            raise UsageError(f"hdf5 cannot hold {tensor.name!r}, which is {tensor.dtype}; {where} can")
        if (
            len(tensor.shape) > MOST_AXES
        ):  # more than a layer-spec may ask for, but a file that is converted may have them
            raise UsageError(
                f"hdf5 cannot hold {tensor.name!r}, which has {len(tensor.shape)} axes, more than {MOST_AXES}; .safetensors can"
            )
    return file_plan(_paths(tensors), tensors, metadata)


def file_plan(
    paths: Sequence[str], tensors: Sequence[Drawable], metadata: Mapping[str, str], *, named: bool = False
) -> FilePlan:
    """Return a file with each tensor at its path; with ``named``, each dataset has the tensor's name as an attribute."""
    import h5py

    from winitgen.files.formats.hdf5.recorder import Recorder

    check_room(metadata.get(KEY, ""), "hdf5")
    recorder = Recorder()
    with h5py.File(recorder, "w", libver=_LIBVER, track_order=False) as file:
        if KEY in metadata:
            file.attrs[KEY] = metadata[KEY]
        offsets = [_create(file, path, tensor) for path, tensor in zip(paths, tensors, strict=True)]
        for path, tensor in zip(paths, tensors, strict=True) if named else ():
            name = tensor.name.encode()
            file[path].attrs.create("name", name, dtype=h5py.string_dtype("utf-8", len(name)))
    spans = [TensorSpan(offset, tensor) for offset, tensor in zip(offsets, tensors, strict=True)]
    holes = [(offset, offset + byte_count(tensor)) for offset, tensor in spans]
    return FilePlan(recorder.size, recorder.written(holes), spans)


def _paths(tensors: Sequence[Drawable]) -> list[str]:
    """Return each tensor's path in the file; raise `UsageError` for a path that HDF5 cannot hold."""
    paths = [tensor.name.replace(".", "/") for tensor in tensors]
    names: dict[str, str] = {}
    for path, tensor in zip(paths, tensors, strict=True):
        if "" in path.split("/"):
            raise UsageError(
                f"hdf5 cannot hold {tensor.name!r}, which names a group with an empty name; .safetensors can"
            )
        if path in names:
            raise _clash(names[path], tensor.name)
        names[path] = tensor.name
    _check_groups(names)
    return paths


def _check_groups(names: Mapping[str, str]) -> None:
    """Raise `UsageError` for a path that is also a group, and for more objects or longer paths than `GroupNames` reads.

    ``names`` has the name of the tensor at each path.
    """
    groups: set[str] = set()
    length = sum(map(len, names))
    for path, name in names.items():
        group = path.rpartition("/")[0]
        while group and group not in groups:  # if it is, so are all groups around it
            if group in names:
                raise _clash(names[group], name)
            groups.add(group)
            length += len(group)
            if length > LONGEST_PATHS or len(groups) + len(names) > MOST_TENSORS:
                raise UsageError(
                    f"hdf5 cannot hold these names, as each '.' or '/' in them makes a group: at most {MOST_TENSORS:,} groups and "
                    f"datasets, with paths of {LONGEST_PATHS:,} characters together, can be read; .safetensors can"
                )
            group = group.rpartition("/")[0]


def _clash(one: str, other: str) -> UsageError:
    return UsageError(f"hdf5 cannot hold both {one!r} and {other!r} under one path; .safetensors can")


def _create(file: Any, path: str, tensor: Drawable) -> int:
    """Create a dataset with allocated but unwritten space; return the offset of its values."""
    from h5py import h5d, h5p, h5s, h5t

    creation = h5p.create(h5p.DATASET_CREATE)
    creation.set_layout(h5d.CONTIGUOUS)
    creation.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    creation.set_fill_time(h5d.FILL_TIME_NEVER)
    creation.set_obj_track_times(False)
    link = h5p.create(h5p.LINK_CREATE)
    link.set_create_intermediate_group(True)
    link.set_char_encoding(h5t.CSET_UTF8)
    space = h5s.create_simple(tensor.shape) if tensor.shape else h5s.create(h5s.SCALAR)
    dataset = h5d.create(file.id, path.encode(), _file_type(tensor.dtype), space, dcpl=creation, lcpl=link)
    if tensor.dtype in DTYPES and DTYPES[tensor.dtype].stored_as == "uint8":
        file[path].attrs["dtype"] = tensor.dtype
    return dataset.get_offset() or 0  # an empty dataset has no offset


def _file_type(dtype: str) -> Any:
    """Return the number format in the file; the four float8 formats are bytes."""
    from h5py import h5t

    if dtype == "bfloat16":
        return bfloat16_type()
    if dtype == "bool":  # as h5py stores NumPy's: an enumeration of FALSE and TRUE
        kind = h5t.enum_create(h5t.STD_I8LE)
        kind.enum_insert(b"FALSE", 0)
        kind.enum_insert(b"TRUE", 1)
        return kind
    return getattr(h5t, _HDF5_NAMES.get(dtype, "STD_U8LE"))


FORMAT = Format(
    name="hdf5",
    endings=(".h5", ".hdf5"),
    summary="one HDF5 dataset per tensor, in groups",
    lay_out=lay_out,
)
