"""MLX: npz, npy, safetensors and GGUF, with and without metadata."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import mlx.utils
import numpy as np
from mlx import nn

from tests.corpus.record import Record


def _values(array: Any) -> np.ndarray[Any, Any]:
    return np.array(array.astype(mx.float32) if array.dtype == mx.bfloat16 else array)


def _gives(record: Record, name: str, arrays: dict[str, Any]) -> None:
    formats = {
        key: str(value.dtype).removeprefix("mlx.core.").replace("bool_", "bool")
        for key, value in arrays.items()
    }
    record.gives(name, {key: _values(value) for key, value in arrays.items()}, formats=formats)


def write(record: Record) -> None:
    """Write arrays of each number format in each container."""
    mx.random.seed(1)
    kinds: dict[str, Any] = {}
    for kind in (
        "float32",
        "float16",
        "bfloat16",
        "int8",
        "uint8",
        "int16",
        "int32",
        "int64",
        "uint32",
        "bool_",
        "complex64",
    ):
        kinds[kind] = (mx.random.normal((3, 4)) * 5).astype(getattr(mx, kind))
    kinds["turned"] = mx.random.normal((3, 4)).T
    kinds["scalar"] = mx.array(0.5)
    mx.save_safetensors(record.path("kinds.safetensors"), kinds)
    _gives(record, "kinds.safetensors", kinds)
    mx.save_safetensors(record.path("told.safetensors"), {"w": kinds["float32"]}, {"format": "mlx"})
    _gives(record, "told.safetensors", {"w": kinds["float32"]})
    mx.savez(record.path("kinds.npz"), **kinds)
    _gives(record, "kinds.npz", kinds)
    mx.savez_compressed(record.path("packed.npz"), **kinds)
    _gives(record, "packed.npz", kinds)
    for name in ("float32", "turned", "scalar", "bfloat16"):
        mx.save(record.path(f"{name}.npy"), kinds[name])
        _gives(record, f"{name}.npy", {"": kinds[name]})
    _models(record)


def _models(record: Record) -> None:
    model = nn.Sequential(nn.Linear(64, 32), nn.LayerNorm(32), nn.Conv2d(2, 3, 3))
    model.save_weights(record.path("model.safetensors"))
    _gives(record, "model.safetensors", dict(mlx.utils.tree_flatten(model.parameters())))
    model.save_weights(record.path("model.npz"))
    _gives(record, "model.npz", dict(mlx.utils.tree_flatten(model.parameters())))
    nn.quantize(model, bits=4, class_predicate=lambda _, part: isinstance(part, nn.Linear))
    model.save_weights(record.path("quantized.safetensors"))
    _gives(record, "quantized.safetensors", dict(mlx.utils.tree_flatten(model.parameters())))
    arrays = {
        "w": mx.random.normal((4, 32)),
        "h": mx.random.normal((5,)).astype(mx.float16),
        "n": mx.arange(4),
    }
    mx.save_gguf(record.path("plain.gguf"), arrays)
    _gives(record, "plain.gguf", arrays)
