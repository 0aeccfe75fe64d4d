"""The bits of a file, against those of arrays of JAX, and how many elements were drawn for them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

import winitgen
from winitgen.checkpoint.opened import Checkpoint


def in_file(spec: Any, where: Path, **options: Any) -> dict[str, dict[str, Any]]:
    """Return the entries of the header of a safetensors file that `write` makes, each with its ``bytes``."""
    path = where / "w.safetensors"
    winitgen.write(spec, path, force=True, fsync=False, **options)
    content = path.read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:begin])
    header.pop("__metadata__")
    for entry in header.values():
        first, last = entry["data_offsets"]
        entry["bytes"] = content[begin + first : begin + last]
    return header


def unequal(arrays: Mapping[str, Any], found: Mapping[str, Any], place: Callable[..., Any]) -> list[str]:
    """Return how arrays differ from a file, or lie elsewhere than they should."""
    wrong = [] if {*arrays} == {*found} else [f"{sorted({*arrays} ^ {*found})} are in one of both"]
    for name in {*arrays} & {*found}:
        array, entry = arrays[name], found[name]
        if list(array.shape) != entry["shape"]:
            wrong.append(f"{name} has the shape {array.shape}")
        elif np.asarray(array).tobytes() != entry["bytes"]:
            wrong.append(f"{name} has other bits")
        elif array.sharding != place(name, array.shape):
            wrong.append(f"{name} is on {array.sharding}")
    return wrong


class Drawn:
    """Counts the elements that are read from checkpoints while the block runs."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> Drawn:
        self._read = Checkpoint.read

        def read(checkpoint: Checkpoint, name: str, ranges: Any) -> Any:
            self.count += math.prod(map(len, ranges))
            return self._read(checkpoint, name, ranges)

        Checkpoint.read = read  # type: ignore[method-assign]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        Checkpoint.read = self._read  # type: ignore[method-assign]

    def wrong(self, arrays: Mapping[str, Any]) -> list[str]:
        """Return that other elements were drawn than those of the shards of this process, each once."""
        wanted = 0
        for array in arrays.values():
            shards = {str(shard.index): shard.data.size for shard in array.addressable_shards}
            wanted += sum(shards.values())
        return [] if wanted == self.count else [f"{self.count} elements were drawn, not {wanted}"]
