"""Keras's own file without the tensors that no layer of Keras has: they are named, and nobody misses them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import winitgen
from winitgen.audit.matching import match_tensors
from winitgen.errors import DiffersError
from winitgen.files.input import open_weights
from winitgen.layouts import tensors

SPEC: dict[str, Any] = {
    "input": 5,
    "layout": "keras",
    "layers": [
        {"name": "token", "type": "param", "shape": [1, 3], "init": "normal"},
        {"name": "fc", "type": "dense", "units": 2},
    ],
}
NOTE = "left out of Keras's file, since no layer of Keras has it: token"


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Return Keras's own file of the spec."""
    path = tmp_path / "a.weights.h5"
    winitgen.write(SPEC, path, fsync=False)
    return path


def test_the_report_names_them(tmp_path: Path) -> None:
    """A note and a list name what is left out; the rows and totals are those of the file, drawn or not."""
    path = tmp_path / "a.weights.h5"
    planned = winitgen.plan(SPEC)
    from winitgen import api

    for report in (api.dry_run(planned, path), winitgen.write(SPEC, path, fsync=False).report):
        assert (["token"], [NOTE]) == (report["left_out"], report["notes"])
        assert ["fc/kernel", "fc/bias"] == [row["name"] for row in report["tensors"]]
        assert {"tensors": 2, "elements": 12, "bytes": 48} == report["totals"]


def test_a_file_without_such_tensors_says_nothing(tmp_path: Path) -> None:
    """The report of another format, or of layers alone, has no such list."""
    alone = {**SPEC, "layers": SPEC["layers"][1:]}
    for spec, name in ((SPEC, "a.safetensors"), (alone, "a.weights.h5")):
        report = winitgen.write(spec, tmp_path / name, fsync=False).report
        assert (None, []) == (report.get("left_out"), report["notes"])


def test_the_file_has_the_layers(written: Path) -> None:
    """What Keras reads is what it would be without the parameter."""
    drawn = winitgen.generate(SPEC)
    with h5py.File(written) as file:
        found = [np.asarray(file[f"layers/dense/vars/{i}"]) for i in (0, 1)]

        assert {"layers"} == set(file)
    for name, array in zip(("fc/kernel", "fc/bias"), found, strict=True):
        np.testing.assert_array_equal(drawn[name], array, strict=True)


def test_the_same_file_is_not_written_again(written: Path) -> None:
    """A second run finds exactly these bytes."""
    assert "unchanged" == winitgen.write(SPEC, written, fsync=False).status


@pytest.mark.parametrize("spec", [None, SPEC], ids=["its recipe", "a spec"])
def test_verify_agrees(written: Path, spec: Any) -> None:
    """It draws the tensors that the file has, and notes the others."""
    report = winitgen.verify(written, spec, digest=True)

    assert ("verified", [NOTE]) == (report["status"], report["notes"])
    assert {"tensors": 2, "elements": 12, "bytes": 48} == report["totals"]
    again = winitgen.write(SPEC, written, fsync=False, digest=True)
    assert again.report["digests"] == report["digests"]


def test_verify_by_statistics_agrees(written: Path) -> None:
    """What no layer of Keras has is not missing."""
    report = winitgen.verify(written, SPEC, statistics=True)

    assert ("agrees", []) == (report["verdict"], report["missing"])


def test_a_missing_layer_is_still_missing(written: Path) -> None:
    """A file without a variable of a layer differs, in that variable alone."""
    with h5py.File(written, "a") as file:
        del file["layers/dense/vars/1"]

    with pytest.raises(DiffersError) as caught:
        winitgen.verify(written)
    assert f"{written}: fc/bias is missing" == str(caught.value)


def test_a_plain_file_without_it_differs(tmp_path: Path) -> None:
    """In plain HDF5, which has a place for every tensor, the parameter is missing."""
    path = tmp_path / "a.h5"
    winitgen.write(SPEC, path, fsync=False)
    with h5py.File(path, "a") as file:
        del file["token"]

    with pytest.raises(DiffersError) as caught:
        winitgen.verify(path)
    assert f"{path}: token is missing" == str(caught.value)


def test_diff_shows_that_it_is_in_one_file_only(written: Path, tmp_path: Path) -> None:
    """Two of Keras's files are equal; one of another format has more."""
    other, whole = tmp_path / "b.weights.h5", tmp_path / "b.safetensors"
    winitgen.write(SPEC, other, fsync=False)
    winitgen.write(SPEC, whole, fsync=False)

    assert winitgen.diff(written, other)["equal"]
    rows = winitgen.diff(written, whole)["tensors"]
    assert ["token"] == [row["name"] for row in rows if row["status"] != "equal"]


def test_matching_keeps_the_order(written: Path) -> None:
    """Matched, missing, unplanned and left out are told apart."""
    with open_weights(written) as weights:
        found = match_tensors(weights, tensors(winitgen.plan(SPEC)))

    assert (["fc/kernel", "fc/bias"], [], [], ["token"]) == (
        [pair.tensor.name for pair in found.pairs],
        [tensor.name for tensor in found.missing],
        [array.name for array in found.extra],
        [tensor.name for tensor in found.left_out],
    )


def test_many_are_counted(tmp_path: Path) -> None:
    """The note names five of them."""
    params = [{"name": f"p{i}", "type": "param", "shape": [2], "init": "ones"} for i in range(8)]
    spec = {**SPEC, "layers": [*params, *SPEC["layers"][1:]]}
    report = winitgen.write(spec, tmp_path / "a.weights.h5", fsync=False).report

    assert [
        "left out of Keras's file, since no layer of Keras has them: p0, p1, p2, p3, p4 and 3 more"
    ] == report["notes"]
