"""Arrays in memory, fitted as those of a file are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.fitting import Lawless, fitted
from winitgen.importing.found import FoundTensor
from winitgen.numeric.arrays import Array


def stored(name: str, values: Array) -> StoredArray:
    """Return an array in memory as that of a file."""
    flat = np.ascontiguousarray(values).reshape(-1)
    return StoredArray(
        name,
        flat.dtype.name,
        values.shape,
        flat.nbytes,
        lambda start, count: flat[start : start + count].copy(),
    )


def fit(arrays: Mapping[str, Array]) -> dict[str, FoundTensor | Lawless]:
    """Return each tensor with its law, or why it has none."""
    found = fitted([stored(name, values) for name, values in arrays.items()], list(arrays), threads=1)
    return dict(zip(arrays, found, strict=True))


def law(values: Array, name: str = "weight") -> Any:
    """Return the scheme of a single tensor."""
    found = fit({name: values})[name]
    assert isinstance(found, FoundTensor), found.why
    return found.init


def why(values: Array, name: str = "weight") -> str:
    """Return why a single tensor has no law."""
    found = fit({name: values})[name]
    assert isinstance(found, Lawless), found.init
    return found.why


def normal(seed: int, *shape: int, std: float = 0.02, dtype: Any = np.float32) -> Array:
    """Return normals by NumPy's generator."""
    return np.asarray(np.random.default_rng(seed).normal(0.0, std, shape)).astype(dtype)


def uniform(seed: int, *shape: int, limit: float = 0.05, dtype: Any = np.float32) -> Array:
    """Return uniforms by NumPy's generator."""
    return np.asarray(np.random.default_rng(seed).uniform(-limit, limit, shape)).astype(dtype)


def cut(seed: int, *shape: int, std: float = 0.02, at: float = 2.0, dtype: Any = np.float32) -> Array:
    """Return normals that are drawn again until none is beyond ``at`` times ``std``."""
    rng = np.random.default_rng(seed)
    values = rng.normal(0.0, 1.0, shape)
    while (beyond := np.abs(values) > at).any():
        values[beyond] = rng.normal(0.0, 1.0, int(beyond.sum()))
    return np.asarray(values * std).astype(dtype)
