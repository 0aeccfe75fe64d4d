"""`verify --statistics` on the parts of normalised kernels: another program's agree, impossible ones do not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

import winitgen

SPEC: dict[str, Any] = {
    "layers": [
        {
            "name": "w",
            "type": "dense",
            "inputs": 40,
            "units": 30,
            "use_bias": False,
            "kernel_norm": {"type": "weight_norm", "names": "hooks"},
        },
        {
            "name": "s",
            "type": "dense",
            "inputs": 40,
            "units": 30,
            "use_bias": False,
            "kernel_norm": {"type": "spectral_norm", "names": "hooks"},
        },
    ]
}


def verdict(arrays: dict[str, np.ndarray], path: Path) -> tuple[str, list[list[str]]]:
    """Return the verdict on a file of arrays, and why."""
    safetensors.numpy.save_file(arrays, path)
    report = winitgen.verify(path, SPEC, statistics=True)
    return report["verdict"], [row["why"] for row in report["tensors"] if row["why"]]


def test_statistics(tmp_path: Path) -> None:
    """Lengths and vectors of other values are accepted; a negative length, and a vector of length 2, are not."""
    arrays = winitgen.generate(SPEC, seed=5)
    assert ("agrees", []) == verdict(arrays, tmp_path / "w.safetensors")

    found, [[lengths], [vector]] = verdict(
        {**arrays, "w.weight_g": -arrays["w.weight_g"], "s.weight_u": 2 * arrays["s.weight_u"]},
        tmp_path / "x.safetensors",
    )
    assert "differs" == found
    assert lengths.startswith("30 of 30 lengths are not from 0 to ")
    assert "the length of the vector is 2, not 1" == vector


@pytest.mark.parametrize("name", ["w.safetensors", "w.npz", "w.h5", "folder/"])
def test_verified(name: str, tmp_path: Path) -> None:
    """They are drawn again from the kernel, bit for bit."""
    winitgen.write(SPEC, f"{tmp_path}/{name}")

    assert 5 == winitgen.verify(f"{tmp_path}/{name}")["totals"]["tensors"]
