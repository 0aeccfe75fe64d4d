"""What is compared first, so that a small file costs little: an array of one value, and all but whole arrays."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import winitgen
from winitgen.drawing.whole.delta_orthogonal import DeltaOrthogonal
from winitgen.drawing.whole.orthogonal import Orthogonal
from winitgen.errors import DiffersError
from winitgen.numeric.dtypes import DTYPES

FLOAT32 = DTYPES["float32"].smallest


def dense(size: int, init: str = "orthogonal", **more: Any) -> dict[str, Any]:
    """Return a layer with one kernel."""
    return {"name": f"fc_{init}", "type": "dense", "units": size, "use_bias": False, "init": init, **more}


@pytest.mark.parametrize("value", [0.0, 0.25])
def test_one_value_is_told_without_drawing_a_matrix(tmp_path: Path, value: float) -> None:
    """A file of a few kilobytes says that all 900 million elements are one number; the matrix would take days."""
    path, size = tmp_path / "w.h5", 30_000
    spec = {"input": size, "layers": [dense(size)]}
    with h5py.File(path, "w") as file:
        file.create_dataset("fc_orthogonal/weight", (size, size), "f4", chunks=(100, 100), fillvalue=value)
    began = time.monotonic()

    with pytest.raises(DiffersError) as caught:
        winitgen.verify(path, winitgen.plan(spec))

    line = (
        f"{path}: fc_orthogonal.weight is {value} at all of its 900,000,000 elements, and the drawn values are "
        "not all equal"
    )
    assert line == str(caught.value)
    assert time.monotonic() - began < 5.0
    assert path.stat().st_size < 10_000


@pytest.mark.parametrize("value", [0.0, np.nan])
@pytest.mark.parametrize("name", ["w.npz", "w.safetensors"])
def test_stored_values_that_are_one_are_told_without_drawing(
    tmp_path: Path, name: str, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that stores one value again and again, compressed or not, is refused before a matrix is drawn; one with two is not."""
    planned = winitgen.plan({"input": 1200, "layers": [dense(1100)]})
    values = np.full((1100, 1200), value, np.float32)
    write(tmp_path / name, values)
    monkeypatch.setattr(Orthogonal, "array", lambda *_: pytest.fail("a matrix is computed"))

    with pytest.raises(DiffersError) as caught:
        winitgen.verify(tmp_path / name, planned)

    line = f"fc_orthogonal.weight is {value} at all of its 1,320,000 elements, and the drawn values are not all equal"
    assert f"{tmp_path / name}: {line}" == str(caught.value)
    values[-1, -1] = 1.0
    write(tmp_path / name, values)
    with pytest.raises(pytest.fail.Exception, match="a matrix is computed"):
        winitgen.verify(tmp_path / name, planned)


def write(path: Path, values: Any) -> None:
    """Write one matrix."""
    if path.suffix == ".npz":
        np.savez_compressed(path, **{"fc_orthogonal.weight": values})
        return
    entry = {"dtype": "F32", "shape": values.shape, "data_offsets": [0, values.nbytes]}
    header = json.dumps({"fc_orthogonal.weight": entry}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header + values.astype("<f4").tobytes())


def test_a_matrix_is_compared_after_values_that_cost_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two differences the one in the later, cheap tensor is reported, and no matrix is computed."""
    path = tmp_path / "w.npz"
    planned = winitgen.plan({"input": 20, "layers": [dense(20), dense(20, "he_normal")]})
    arrays = winitgen.generate(planned)
    second = str(arrays["fc_he_normal.weight"][0, 1])
    for array in arrays.values():
        array.reshape(-1)[1] = 7.0
    np.savez(path, **arrays)
    monkeypatch.setattr(Orthogonal, "array", lambda *_: pytest.fail("a matrix is computed"))

    with pytest.raises(DiffersError) as caught:
        winitgen.verify(path, planned)

    text = f"fc_he_normal.weight[0, 1] (element 1) is 7.0, not {second}"
    assert caught.value.report["differences"][0] == text


def test_digests_are_those_of_their_tensors(tmp_path: Path) -> None:
    """Whatever the order of the comparison, each digest is that of the values of its tensor."""
    planned = winitgen.plan({"input": 20, "layers": [dense(20), dense(20, "he_normal")]})
    path = tmp_path / "w.safetensors"
    winitgen.write(planned, path)

    report = winitgen.verify(path, digest=True)

    assert winitgen.inspect(path, digest=True)["digests"]["content"] == report["digests"]["content"]


@pytest.mark.parametrize(
    ("law", "smallest", "varies"),
    [
        (Orthogonal(1, 2, 3, 1.0), FLOAT32, True),
        (Orthogonal(1, 1, 3, 1.0), FLOAT32, False),
        (Orthogonal(1, 3, 1, 1.0), FLOAT32, False),
        (Orthogonal(1, 2, 3, 0.0), FLOAT32, False),
        (Orthogonal(1, 16, 16, 2.0**-8), DTYPES["float8_e4m3fn"].smallest, False),
        (Orthogonal(1, 16, 16, 2.0**-7), DTYPES["float8_e4m3fn"].smallest, True),
        (DeltaOrthogonal((2, 1, 3, 1), 2, 1.0), FLOAT32, True),
        (DeltaOrthogonal((2, 1, 1, 1), 2, 1.0), FLOAT32, False),
        (DeltaOrthogonal((4, 2, 1, 1), 2, 1.0), FLOAT32, True),
        (DeltaOrthogonal((2, 1, 3, 1), 2, 0.0), FLOAT32, False),
    ],
    ids=repr,
)
def test_laws_whose_values_certainly_differ(law: Any, smallest: float, varies: bool) -> None:
    """Not a single row or column, which may be constant, nor what rounds to zeros."""
    assert varies == law.varies(smallest)
