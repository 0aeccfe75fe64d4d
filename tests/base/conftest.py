"""A small model, and its trained weights as another program would have written them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

import winitgen

MODEL: dict[str, Any] = {
    "model": "small",
    "input": 5,
    "layers": [
        {"name": "body", "type": "dense", "units": 7},
        {"name": "norm", "type": "batch_norm"},
        {"name": "head", "type": "dense", "units": 3},
    ],
}

RNG = np.random.default_rng(8)
TRAINED = {
    "body.weight": RNG.normal(size=(7, 5)).astype(np.float32),
    "body.bias": np.where(RNG.random(7) < 0.3, np.nan, RNG.normal(size=7)).astype(np.float32),
    "norm.weight": RNG.normal(size=7).astype(np.float32),
    "norm.bias": np.full(7, -0.0, np.float32),
    "norm.running_mean": RNG.normal(size=7).astype(np.float32),
    "norm.running_var": RNG.random(7).astype(np.float32),
    "norm.num_batches_tracked": np.array(41),
    "head.weight": RNG.normal(size=(3, 7)).astype(np.float32),
    "head.bias": RNG.normal(size=3).astype(np.float32),
}
"""Trained weights; one has values that are not finite, and one zeros with a sign."""


@pytest.fixture
def spec(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes the layer-spec, with other entries, and returns its path."""

    def write(**changes: Any) -> Path:
        path = tmp_path / "model.yaml"
        path.write_text(json.dumps({**MODEL, **changes}, indent=1))
        return path

    return write


@pytest.fixture
def base(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes the trained weights, with and without some tensors, and returns the path of the file."""

    def write(
        more: Mapping[str, np.ndarray] | None = None,
        without: tuple[str, ...] = (),
        metadata: dict[str, str] | None = None,
    ) -> Path:
        arrays = {name: array for name, array in TRAINED.items() if name not in without}
        path = tmp_path / "trained.safetensors"
        safetensors.numpy.save_file({**arrays, **(more or {})}, path, metadata)
        return path

    return write


@pytest.fixture
def new(spec: Callable[..., Path], base: Callable[..., Path], tmp_path: Path) -> Path:
    """A file with a drawn head on the trained body."""
    path = tmp_path / "new.safetensors"
    winitgen.write(spec(), path, base=base(), only=["head.*"])
    return path
