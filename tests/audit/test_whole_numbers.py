"""Every command on a file of whole numbers, in every format."""

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import safetensors.numpy

import winitgen
from winitgen.audit.inspect.report import inspect
from winitgen.numeric.dtypes import DTYPES, FLOAT_DTYPES

WHOLE = [name for name in DTYPES if name not in FLOAT_DTYPES]
SPEC: dict[str, Any] = {
    "layers": [
        *(
            {"name": f"{dtype}s", "type": "param", "shape": [2, 5], "dtype": dtype, "init": "ones"}
            for dtype in WHOLE
        ),
        {"name": "ids", "type": "param", "shape": [1, 300], "dtype": "int64", "init": "arange"},
        {
            "name": "small",
            "type": "param",
            "shape": [7],
            "dtype": "int8",
            "init": {"scheme": "arange", "start": -3},
        },
        {
            "name": "bytes",
            "type": "param",
            "shape": [9],
            "dtype": "uint8",
            "init": {"scheme": "arange", "start": 247},
        },
        {
            "name": "list",
            "type": "param",
            "shape": [2, 6],
            "dtype": "int32",
            "init": {"scheme": "listed", "values": [5, -1], "each": 3},
        },
        {"name": "mask", "type": "param", "shape": [1, 3, 4], "dtype": "bool", "init": "causal_mask"},
    ]
}
BITS: dict[str, Any] = {
    "layers": [
        *SPEC["layers"],
        {"name": "w", "type": "param", "shape": [3, 4], "dtype": "float8_e5m2", "init": "normal"},
        {"name": "h", "type": "param", "shape": [3, 4], "dtype": "bfloat16", "init": "normal"},
    ]
}
"""The same with formats whose bits some files hold as whole numbers."""
FORMATS = ["w.safetensors", "w.npz", "w.npy", "w.h5", "folder/"]


@pytest.fixture(params=FORMATS)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The model in each format."""
    path = f"{tmp_path}/{request.param}"
    winitgen.write(BITS, path)
    return path


def test_inspected(path: str) -> None:
    """Each array is reported with its own dtype and its values, also beside bits of float8 and bfloat16."""
    rows = {row["name"].replace("/", "."): row for row in inspect(path)["tensors"]}
    numbers = {name: rows[name] for name in ("ids", "small", "bytes", "bools")}

    assert {"ids": "int64", "small": "int8", "bytes": "uint8", "bools": "bool"} == {
        name: row["dtype"] for name, row in numbers.items()
    }
    assert {"ids": (0, 299), "small": (-3, 3), "bytes": (247, 255), "bools": (1, 1)} == {
        name: (row["statistics"]["min"], row["statistics"]["max"]) for name, row in numbers.items()
    }


def test_verified(path: str) -> None:
    """The values are drawn again bit for bit, and tested one by one."""
    written = None if path.endswith("npy") else winitgen.verify(path)

    assert written is None or 16 == written["totals"]["tensors"]
    assert "agrees" == winitgen.verify(path, BITS, statistics=True)["verdict"]


@pytest.mark.parametrize("name", ["bools", "small", "bytes", "int32s", "ids", "list", "mask"])
def test_a_changed_number_is_found(name: str, tmp_path: Path) -> None:
    """One wrong number among the right ones is shown by `verify`, counted by `--statistics` and `diff`."""
    ours, theirs = tmp_path / "ours.safetensors", tmp_path / "theirs.safetensors"
    winitgen.write(SPEC, ours)
    arrays = safetensors.numpy.load_file(ours)
    arrays[name].reshape(-1)[1] ^= True
    safetensors.numpy.save_file(arrays, theirs)
    report = winitgen.verify(theirs, SPEC, statistics=True)
    wrong = [row["name"] for row in report["tensors"] if row["why"]]
    differing = [row["name"] for row in winitgen.diff(ours, theirs)["tensors"] if row["differing"]]

    assert ("differs", [name], [name]) == (report["verdict"], wrong, differing)
    with pytest.raises(winitgen.DiffersError, match=rf"^.*{name}\[.*\(element 1\) is .*, not .*$"):
        winitgen.verify(theirs, SPEC)


def test_equal_in_all_formats(path: str, tmp_path: Path) -> None:
    """Two formats of one model have no difference."""
    winitgen.write(BITS, tmp_path / "other.npz")
    rows = winitgen.diff(path, tmp_path / "other.npz")["tensors"]
    nameless = {"w", "h"} if path.endswith("npy") else set()  # it has no name for their formats

    assert nameless == {row["name"] for row in rows if row["status"] != "equal"}


def test_read_from_shards(tmp_path: Path) -> None:
    """An index that names several files is verified like one file."""
    winitgen.write(SPEC, tmp_path / "whole.safetensors")
    arrays = safetensors.numpy.load_file(tmp_path / "whole.safetensors")
    folder = tmp_path / "shards"
    folder.mkdir()
    files = {name: f"{number % 2}.safetensors" for number, name in enumerate(arrays)}
    for file in set(files.values()):
        inside = {name: array for name, array in arrays.items() if files[name] == file}
        safetensors.numpy.save_file(inside, folder / file)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": files}))

    assert len(arrays) == winitgen.verify(folder, SPEC)["totals"]["tensors"]


def test_read_by_the_libraries(tmp_path: Path) -> None:
    """NumPy, h5py and safetensors give each array its dtype and its values."""
    for name in ("w.npz", "w.h5", "w.safetensors", "w.npy"):
        winitgen.write(SPEC, tmp_path / name)
    with h5py.File(tmp_path / "w.h5") as file, np.load(tmp_path / "w.npz") as zipped:
        opened = [
            file,
            zipped,
            np.load(tmp_path / "w.npy"),
            safetensors.numpy.load_file(tmp_path / "w.safetensors"),
        ]
        found = [
            [(source[f"{dtype}s"].dtype.name, int(np.sum(source[f"{dtype}s"][()]))) for dtype in WHOLE]
            for source in opened
        ]

    assert [[(dtype, 10) for dtype in WHOLE]] * 4 == found
