"""Folders of zarr and of Orbax, written by hand: metadata as JSON, and chunks as bare bytes or compressed by Python's own modules."""

from __future__ import annotations

import gzip
import itertools
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}


def chunks_of(values: Any, chunk: Sequence[int]) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Yield the place of each chunk of an array and its values, which are 0 beyond the array."""
    counts = [-(-size // part) for size, part in zip(values.shape, chunk, strict=True)]
    for place in itertools.product(*map(range, counts)):
        found = np.zeros(chunk, values.dtype)
        ends = [slice(index * part, (index + 1) * part) for index, part in zip(place, chunk, strict=True)]
        inner = values[tuple(ends)]
        found[tuple(map(slice, inner.shape))] = inner
        yield place, found


def fill(values: Any, version: int) -> Any:
    """Return the value of chunks that are not stored, as a format of zarr has it."""
    if values.dtype.kind == "c":
        return None if version == 2 else [0, 0]
    return False if values.dtype.kind == "b" else 0


def write_json(path: Path, found: Any) -> None:
    """Write JSON, and make the folders on the way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found))


def second(
    folder: Path,
    values: Any,
    chunk: Sequence[int],
    dtype: str = "",
    *,
    order: str = "C",
    level: int = 0,
    **more: Any,
) -> None:
    """Write an array of the second format; with a ``level`` its chunks are compressed, and those of zeros are left out."""
    stated = dtype or values.dtype.str
    about = {
        "zarr_format": 2,
        "shape": values.shape,
        "chunks": chunk,
        "dtype": stated,
        "order": order,
        "fill_value": fill(values, 2),
        "filters": None,
    }
    compressor = {"id": "zlib", "level": level} if level else None
    write_json(folder / ".zarray", about | {"compressor": compressor} | more)
    for place, found in chunks_of(values, chunk):
        if not level or found.any():
            content = found.tobytes(order)
            (folder / (".".join(map(str, place)) or "0")).write_bytes(
                zlib.compress(content, level) if level else content
            )


def third(
    folder: Path,
    values: Any,
    chunk: Sequence[int],
    dtype: str = "",
    *,
    shards: Sequence[int] = (),
    **more: Any,
) -> None:
    """Write an array of the third format, in chunks of gzip, or in shards of bare chunks."""
    about = {
        "zarr_format": 3,
        "node_type": "array",
        "shape": values.shape,
        "data_type": dtype or values.dtype.name,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": shards or chunk}},
        "chunk_key_encoding": {"name": "default"},
        "codecs": [LITTLE, {"name": "gzip", "configuration": {"level": 1}}],
        "fill_value": fill(values, 3),
    }
    if shards:
        inner = {"chunk_shape": chunk, "codecs": [LITTLE], "index_codecs": [LITTLE]}
        about["codecs"] = [{"name": "sharding_indexed", "configuration": inner}]
    write_json(folder / "zarr.json", about | more)
    for place, found in chunks_of(values, shards or chunk):
        path = folder.joinpath("c", *map(str, place))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(shard(found, chunk) if shards else gzip.compress(found.tobytes(), mtime=0))


def shard(values: Any, chunk: Sequence[int]) -> bytes:
    """Return the chunks of a shard, one after another, and where each of them stands."""
    content, index = b"", []
    for _, found in chunks_of(values, chunk):
        index += [len(content), found.nbytes]
        content += found.tobytes()
    return content + np.array(index, "<u8").tobytes()


def group(folder: Path, version: int) -> None:
    """Make a folder a group."""
    if version == 2:
        write_json(folder / ".zgroup", {"zarr_format": 2})
    else:
        write_json(folder / "zarr.json", {"zarr_format": 3, "node_type": "group"})


def entry(keys: Sequence[str | int], kind: str = "np.ndarray", **more: Any) -> tuple[str, Any]:
    """Return an entry of the tree of Orbax; keys that are numbers are of a list."""
    key = str(tuple(map(str, keys)))
    path = [{"key": str(one), "key_type": 2 if isinstance(one, str) else 1} for one in keys]
    return key, {
        "key_metadata": path,
        "value_metadata": {"value_type": kind, "skip_deserialize": False} | more,
    }


def write_tree(folder: Path, entries: Sequence[tuple[str, Any]], **more: Any) -> None:
    """Write the tree of a checkpoint of Orbax without a database."""
    about: Mapping[str, Any] = {
        "use_ocdbt": False,
        "use_zarr3": False,
        "store_array_data_equal_to_fill_value": True,
    }
    write_json(folder / "_METADATA", {"tree_metadata": dict(entries), **about, **more})
    write_json(folder / "_CHECKPOINT_METADATA", {})
