"""NumPy's Generator, as its documentation draws with it: on several threads, a generator for each."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

generator = np.random.default_rng(0)


def use(_: int) -> None:
    """Leave the threads to the filler."""


def he_normal(units: int, inputs: int) -> Array:
    """Return a kernel of a ReLU layer."""
    return _normal(units, inputs, math.sqrt(2 / inputs))


def xavier_normal(units: int, inputs: int) -> Array:
    """Return a kernel of another layer."""
    return _normal(units, inputs, math.sqrt(2 / (inputs + units)))


def _normal(units: int, inputs: int, std: float) -> Array:
    kernel = generator.standard_normal((units, inputs), np.float32)
    kernel *= np.float32(std)
    return kernel


def constant(units: int, value: float) -> Array:
    """Return a bias."""
    return np.full(units, value, np.float32)


def save(weights: Mapping[str, Array], path: str) -> None:
    """Write the weights, as the ending says: a lone array for .npy, a folder of them without an ending."""
    ending = Path(path).suffix
    if ending == ".safetensors":
        from safetensors.numpy import save_file

        save_file(dict(weights), path)
    elif ending == ".npz":
        np.savez(path, **weights)  # type: ignore[arg-type]
    elif ending == ".npy":
        np.save(path, np.concatenate([kernel.ravel() for kernel in weights.values()]))
    elif ending == ".h5":
        import h5py

        with h5py.File(path, "w") as file:
            for name, kernel in weights.items():
                file[name] = kernel
    else:
        Path(path).mkdir()
        for name, kernel in weights.items():
            np.save(Path(path) / name, kernel)


def orthogonal(size: int) -> Array:
    """Return an orthogonal matrix: Q of a Gaussian one, with the signs that make it uniform."""
    q, r = np.linalg.qr(generator.standard_normal((size, size)))
    return (q * np.sign(np.diag(r))).astype(np.float32)


def filler(distribution: str, dtype: str, count: int, threads: int) -> Callable[[], object] | str:
    """Return what draws ``count`` values into an array; of the narrow formats it rounds those of a float32 array."""
    if distribution == "truncated normal":
        return "it has no truncated normal"
    drawn_in = np.float64 if dtype == "float64" else np.float32
    stored = np.empty(count, np.dtype(getattr(ml_dtypes, dtype, dtype)))
    values = np.empty(count, drawn_in)
    parts = [
        (np.random.default_rng(seed), values[part], stored[part])
        for seed, part in zip(np.random.SeedSequence(0).spawn(threads), _parts(count, threads), strict=True)
    ]
    pool = ThreadPoolExecutor(threads)

    def fill(part: tuple[np.random.Generator, Array, Array]) -> None:
        random, drawn, rounded = part
        if distribution == "normal":
            random.standard_normal(out=drawn, dtype=drawn_in)
            drawn *= drawn_in(0.02)
        else:
            random.random(out=drawn, dtype=drawn_in)
            drawn -= drawn_in(0.5)
            drawn *= drawn_in(0.2)
        if stored.dtype != values.dtype:
            rounded[:] = drawn

    return lambda: list(pool.map(fill, parts))


def _parts(count: int, threads: int) -> list[slice]:
    step = -(-count // threads)
    return [slice(start, start + step) for start in range(0, count, step)]
