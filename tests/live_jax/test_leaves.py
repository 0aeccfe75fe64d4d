"""Which leaf of a tree a tensor is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import winitgen
import winitgen.jax
from tests.frameworks.conftest import import_framework

SPEC: dict[str, Any] = {"input": 8, "layers": [{"name": "fc", "type": "dense", "units": 4}]}


def test_a_random_state_never_stands_in_for_a_tensor_of_its_name() -> None:
    """Its values stay, and the array of that name is drawn."""
    import_framework("jax")
    nnx = pytest.importorskip("flax.nnx", reason="pip install flax")
    zero = {"weight": np.zeros((4, 8), np.float32), "bias": np.zeros(4, np.float32)}
    count = nnx.RngCount(np.array(7, np.uint32))

    found = winitgen.jax.tree(SPEC, like={"fc": zero, "fc.weight": count})

    drawn = winitgen.generate(SPEC)
    assert drawn["fc.weight"].tolist() == np.asarray(found["fc"]["weight"]).tolist()
    assert found["fc.weight"] is count
