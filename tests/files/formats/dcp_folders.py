"""Distributed checkpoints of PyTorch, made without it: an index, and files with chunks one after another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tests.files.formats.torch_files import Call, Name, New, pickled, storage, tensor, zipped

OWN = "torch.distributed.checkpoint.metadata."


class Box(NamedTuple):
    """A chunk: where it begins in its tensor, its values, and the file that it is in."""

    begin: tuple[int, ...]
    values: Any
    file: str = "__0_0.distcp"


def size(shape: Sequence[int]) -> Call:
    """Return a ``torch.Size``."""
    return Call("torch.Size", tuple(shape))


def saved(values: Any) -> bytes:
    """Return an array of float32 as ``torch.save`` writes it."""
    strides = [math.prod(values.shape[axis + 1 :]) for axis in range(values.ndim)]
    return zipped(tensor(storage("0", values.size), values.shape, strides), {"0": values.tobytes()})


def about(shape: Sequence[int], boxes: Sequence[Box], dtype: str = "torch.float32") -> Call:
    """Return what the index says of a tensor."""
    chunks = [
        New(f"{OWN}ChunkStorageMetadata", state={"offsets": size(box.begin), "sizes": size(box.values.shape)})
        for box in boxes
    ]
    layout = Call("torch.serialization._get_layout", "torch.strided")
    order = Call(f"{OWN}_MEM_FORMAT_ENCODING", 0)
    properties = New(f"{OWN}TensorProperties", state=(Name(dtype), layout, False, order, False))
    return New(
        f"{OWN}TensorStorageMetadata", state={"properties": properties, "size": size(shape), "chunks": chunks}
    )


def place(name: str, begin: Any, **info: Any) -> tuple[Call, Call]:
    """Return an entry of the places in files."""
    offset = None if begin is None else size(begin)
    index = New(f"{OWN}MetadataIndex", state={"fqn": name, "offset": offset, "index": 0})
    return index, New("torch.distributed.checkpoint.filesystem._StorageInfo", state=info)


def index(tensors: Mapping[str, Any], places: Sequence[tuple[Call, Call]], planner: Any = None) -> bytes:
    """Return the pickle of an index; ``planner`` says where in nested dictionaries tensors were."""
    state = {"state_dict_metadata": dict(tensors), "storage_data": dict(places), "planner_data": planner}
    return pickled(New(f"{OWN}Metadata", state=state))


def write_checkpoint(
    folder: Path,
    tensors: Mapping[str, tuple[Sequence[int], Sequence[Box]]],
    *,
    planner: Any = None,
    **info: Any,
) -> None:
    """Write a folder; ``info`` is added to what the index says of each chunk."""
    files: dict[str, bytes] = {}
    places = []
    for name, (_, boxes) in tensors.items():
        for box in boxes:
            content = saved(np.array(box.values, order="C"))
            before = files.get(box.file, b"")
            where = {"relative_path": box.file, "offset": len(before), "length": len(content)}
            places.append(place(name, box.begin, **where, **info))
            files[box.file] = before + content
    places.append(place("epoch", None, relative_path="__0_0.distcp", offset=0, length=0))
    listed: dict[str, Any] = {name: about(shape, boxes) for name, (shape, boxes) in tensors.items()}
    listed["epoch"] = New(f"{OWN}BytesStorageMetadata")
    (folder / ".metadata").write_bytes(index(listed, places, planner))
    for file, content in files.items():
        (folder / file).write_bytes(content)
