"""tinygrad: safetensors by a writer of its own."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from tests.corpus.record import Record, normals

os.environ["DEV"] = "PYTHON"  # computes without a compiler


def write(record: Record) -> None:
    """Write a few tensors."""
    from tinygrad import Tensor
    from tinygrad.nn.state import safe_load, safe_save

    arrays: dict[str, Any] = {
        "w": normals(1, 5, 3),
        "h": normals(2, 4).astype("f2"),
        "n": np.arange(6, dtype="i4"),
    }
    arrays["u"] = np.arange(3, dtype="u1")
    state = {name: Tensor(value) for name, value in arrays.items()}
    safe_save(state, record.path("state.safetensors"))
    read = {
        name: value.to("PYTHON").numpy()
        for name, value in safe_load(record.path("state.safetensors")).items()
    }
    record.gives("state.safetensors", read)
    safe_save({"w": state["w"]}, record.path("told.safetensors"), {"format": "pt"})
    record.gives("told.safetensors", {"w": arrays["w"]})
