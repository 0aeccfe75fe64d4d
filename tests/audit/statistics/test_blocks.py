"""Blocks of a tensor are tested one by one."""

from typing import Any

import numpy as np
import pytest
import safetensors.numpy

import winitgen

INITS: list[Any] = [
    {"scheme": "normal", "std": 0.1},
    "zeros",
    "orthogonal",
    {"scheme": "uniform", "low": 1, "high": 2},
]


def spec(axis: int, sizes: list[int]) -> dict[str, Any]:
    """Return a model of one tensor."""
    shape = [200, 150] if axis == 0 else [150, 200]
    init = {"scheme": "blocks", "axis": axis, "sizes": sizes, "init": INITS}
    return {"layers": [{"name": "p", "type": "param", "shape": shape, "init": init}]}


@pytest.mark.parametrize("axis", [0, 1])
def test_good_blocks(axis: int, tmp_path: Any) -> None:
    """A written file agrees."""
    winitgen.write(spec(axis, [60, 20, 50, 70]), tmp_path / "w.npz")

    assert (
        "agrees"
        == winitgen.verify(tmp_path / "w.npz", spec(axis, [60, 20, 50, 70]), statistics=True)["verdict"]
    )


@pytest.mark.parametrize(
    ("block", "change", "why"),
    [
        (0, lambda part: part * np.float32(1.1), "block 0: std is 0.1"),
        (1, lambda part: part + np.float32(1), "block 1: 3,000 of 3,000 values are not 0: they are 1"),
        (2, lambda part: part * np.float32(1.1), "block 2: the rows have norms from 1.1 to 1.1, planned 1"),
        (3, lambda part: part + np.float32(1), "block 3: "),
    ],
)
def test_bad_blocks(block: int, change: Any, why: str, tmp_path: Any) -> None:
    """A changed block is found, and named if it is certain."""
    model = spec(0, [60, 20, 50, 70])
    parts = np.split(winitgen.generate(model)["p"], [60, 80, 130])
    parts[block] = change(parts[block])
    safetensors.numpy.save_file({"p": np.concatenate(parts)}, tmp_path / "w.safetensors")
    report = winitgen.verify(tmp_path / "w.safetensors", model, statistics=True)

    assert "differs" == report["verdict"]
    assert why in " ".join(report["tensors"][0]["why"])
