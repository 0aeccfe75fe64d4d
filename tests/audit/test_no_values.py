"""Tensors with a size of 0, which some files hold: every scheme, format and command."""

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import safetensors.numpy

import winitgen
from winitgen.audit.inspect.report import inspect
from winitgen.layouts import LAYOUTS

SHAPES = {
    "a": (0, 4),
    "b": (0,),
    "c": (3, 0),
    "d": (3, 2),
    "e": (0, 2),
    "f": (2, 0, 5),
    "g": (2**20, 2**20, 0),
}
INITS: dict[str, Any] = {
    "a": "zeros",
    "b": "normal",
    "c": "arange",
    "d": {"scheme": "uniform", "low": -1, "high": 1},
    "e": "orthogonal",
    "f": {"scheme": "listed", "values": [1, 2, 3]},
    "g": "causal_mask",
}
SPEC: dict[str, Any] = {
    "layers": [
        {"name": name, "type": "param", "shape": list(SHAPES[name]), "init": init}
        | ({"dtype": "int64"} if name == "c" else {})
        for name, init in INITS.items()
    ]
}


@pytest.fixture(params=["w.safetensors", "w.npz", "w.npy", "w.h5", "folder/"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The model in each format."""
    path = f"{tmp_path}/{request.param}"
    winitgen.write(SPEC, path)
    return path


def test_planned() -> None:
    """A parameter without values has the name of its scheme, and nothing to draw."""
    found = {parameter.path: parameter for parameter in winitgen.plan(SPEC).parameters}

    assert {name: 0 if name != "d" else 6 for name in SHAPES} == {n: one.size for n, one in found.items()}
    assert ("orthogonal", "no values", "layer") == (found["e"].scheme, found["e"].formula, found["e"].why)


def test_generated() -> None:
    """The arrays have their shapes and number formats."""
    arrays = winitgen.generate(SPEC)

    assert SHAPES == {name: array.shape for name, array in arrays.items()}
    assert "int64" == arrays["c"].dtype.name


def test_checked(path: str) -> None:
    """A file is drawn again, tested, inspected, and equal to itself."""
    measured = {row["name"]: row for row in inspect(path)["tensors"]}

    assert set(SHAPES) == set(measured)
    assert "agrees" == winitgen.verify(path, SPEC, statistics=True)["verdict"]
    assert len(SHAPES) == winitgen.verify(path, SPEC)["totals"]["tensors"]
    assert {"equal"} == {row["status"] for row in winitgen.diff(path, path)["tensors"]}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout(layout: str, tmp_path: Path) -> None:
    """Each layout keeps the shapes."""
    winitgen.write(SPEC, tmp_path / "w.safetensors", layout=layout)
    found = [array.shape for array in safetensors.numpy.load_file(tmp_path / "w.safetensors").values()]

    assert sorted(SHAPES.values()) == sorted(found)


def test_read_by_the_libraries(tmp_path: Path) -> None:
    """NumPy, h5py and safetensors read the shapes."""
    for name in ("w.npz", "w.h5", "w.safetensors"):
        winitgen.write(SPEC, tmp_path / name)
    with h5py.File(tmp_path / "w.h5") as file, np.load(tmp_path / "w.npz") as zipped:
        arrays = safetensors.numpy.load_file(tmp_path / "w.safetensors")
        found = [{name: source[name].shape for name in SHAPES} for source in (file, zipped, arrays)]

    assert [SHAPES] * 3 == found


def test_another_shape_is_found(tmp_path: Path) -> None:
    """A tensor with values in place of one without, and one without values of another shape, are told."""
    arrays = winitgen.generate({"layers": SPEC["layers"][:4]})
    arrays["a"], arrays["b"] = np.zeros((0, 5), np.float32), np.ones(3, np.float32)
    safetensors.numpy.save_file(arrays, tmp_path / "w.safetensors")
    report = winitgen.verify(tmp_path / "w.safetensors", {"layers": SPEC["layers"][:4]}, statistics=True)
    why = {row["name"]: row["why"] for row in report["tensors"] if row["why"]}

    assert {"a": ["shape is 0x5, planned 0x4"], "b": ["shape is 3, planned 0"]} == why


def test_reports(tmp_path: Path) -> None:
    """Reports of a written file and of a probe have only finite numbers."""
    flow = {"input": 5, "layers": [*SPEC["layers"], {"name": "fc", "type": "dense", "units": 3}]}
    report = winitgen.write(SPEC, tmp_path / "w.npz")
    probed = winitgen.probe(flow)

    json.dumps(report, allow_nan=False)
    assert ["fc"] == [row["layer"] for row in probed["runs"][0]["layers"]]
