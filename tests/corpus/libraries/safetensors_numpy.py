"""safetensors with NumPy, in several versions."""

from __future__ import annotations

from typing import Any

import numpy as np
import safetensors.numpy

from tests.corpus.record import Record, normals


def write(record: Record) -> None:
    """Write files of each number format that this version takes."""
    kinds = ("f2", "f4", "f8", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "?")
    arrays: dict[str, Any] = {
        np.dtype(kind).name: (normals(3, 4, 5) * 9).astype("i2").astype(kind) for kind in kinds
    }
    _saved(record, "kinds.safetensors", arrays)
    shapes = {"scalar": np.array(2.5, "f4"), "empty": np.zeros((0, 3), "f4"), "größe": normals(1, 3)}
    shapes["nan"] = np.array([np.nan, np.inf, -np.inf, 0, -0.0, 2], "f4")
    _saved(record, "shapes.safetensors", shapes, {"format": "np", "note": "größe"})
    _saved(record, "big_endian.safetensors", {"w": normals(2, 3, 4).astype(">f4")})
    _saved(record, "nothing.safetensors", {})
    _saved(
        record, "odd.safetensors", {"a": np.arange(3, dtype="u1"), "w": normals(3, 5), "b": np.ones(1, "?")}
    )
    bytes_of = safetensors.numpy.save({"w": normals(4, 2, 2)}, {"format": "np"})
    with open(record.path("from_bytes.safetensors"), "wb") as file:
        file.write(bytes_of)
    record.gives("from_bytes.safetensors", safetensors.numpy.load(bytes_of))
    _odd_kinds(record)


def _saved(record: Record, name: str, arrays: dict[str, Any], metadata: dict[str, str] | None = None) -> None:
    safetensors.numpy.save_file(arrays, record.path(name), metadata)
    record.gives(name, safetensors.numpy.load_file(record.path(name)))


def _odd_kinds(record: Record) -> None:
    """Write formats of ml_dtypes, which some versions read back and others do not."""
    import ml_dtypes

    for kind in ("bfloat16", "float8_e4m3fn", "float8_e5m2", "complex64"):
        values = (normals(5, 3, 4) * 3).astype(getattr(ml_dtypes, kind, kind))
        name = f"{kind}.safetensors"
        try:
            safetensors.numpy.save_file({"w": values, "b": normals(1, 2)}, record.path(name))
        except (KeyError, ValueError, TypeError, AttributeError, safetensors.SafetensorError):
            continue  # this version does not take it
        record.gives(name, {"w": values, "b": normals(1, 2)})
