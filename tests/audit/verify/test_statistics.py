"""``winitgen.verify(..., statistics=True)``: the report of the command line, from Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from tests.audit.readings import zips

SPEC: dict[str, Any] = {
    "model": "m",
    "input": 40,
    "layers": [{"name": "fc", "type": "dense", "units": 30, "init": "he_normal"}],
}


def test_a_file_of_another_generator_agrees(tmp_path: Path) -> None:
    """A file from another program agrees if its names, shapes, formats and distributions are the spec's."""
    rng = np.random.default_rng(0)
    weight = rng.normal(0, (2 / 40) ** 0.5, (30, 40)).astype(np.float32)
    save_file({"fc.weight": weight, "fc.bias": np.zeros(30, np.float32)}, tmp_path / "w.safetensors")
    report = winitgen.verify(tmp_path / "w.safetensors", SPEC, statistics=True)

    assert ("agrees", "safetensors", "m", "torch", 1 / 2000, 8) == tuple(
        report[key] for key in ("verdict", "format", "model", "layout", "level", "tests")
    )
    assert ([], [], []) == (report["missing"], report["extra"], report["hints"])
    assert [("fc.weight", "fc/kernel", "agrees"), ("fc.bias", "fc/bias", "agrees")] == [
        (row["name"], row["parameter"], row["verdict"]) for row in report["tensors"]
    ]


def test_a_file_that_differs_is_reported_not_raised(tmp_path: Path) -> None:
    """The verdict is differs, and each row says why; the options replace those of the spec."""
    winitgen.write(SPEC, tmp_path / "w.npz", dtype="float64", fsync=False)

    assert "agrees" == winitgen.verify(tmp_path / "w.npz", SPEC, dtype="float64", statistics=True)["verdict"]
    report = winitgen.verify(tmp_path / "w.npz", SPEC, statistics=True)
    assert "differs" == report["verdict"]
    assert ["dtype is float64, planned float32"] == report["tensors"][0]["why"]


def test_what_a_loader_misreads_differs(tmp_path: Path) -> None:
    """Values of the planned laws do not help if a loader refuses the file, or takes it for another framework's."""
    values = {name: np.asfortranarray(array) for name, array in winitgen.generate(SPEC).items()}
    np.savez(tmp_path / "w.npz", **values)
    content = (tmp_path / "w.npz").read_bytes()
    (offset, *_), directory, _ = zips.parts(content)
    content = zips.changed(content, directory + 16, "<L", 1)
    (tmp_path / "w.npz").write_bytes(zips.changed(content, offset + 14, "<L", 1))
    save_file(winitgen.generate(SPEC), tmp_path / "w.safetensors", {"format": "tf"})
    reports = [winitgen.verify(tmp_path / name, SPEC, statistics=True) for name in ("w.npz", "w.safetensors")]

    assert ["differs", "differs"] == [report["verdict"] for report in reports]
    assert [
        [
            "'fc.weight.npy' does not have the checksum that the archive says, so that numpy.load refuses it",
        ],
        ["its metadata says that its format is 'tf', not 'pt'"],
    ] == [report["hints"] for report in reports]


def test_integers_that_stand_for_narrow_formats_are_tested_as_what_they_are(tmp_path: Path) -> None:
    """An archive has no name for bfloat16, but bits of another distribution are still found."""
    winitgen.write(SPEC, tmp_path / "w.npz", dtype="bfloat16", fsync=False)
    other = {**SPEC, "layers": [{**SPEC["layers"][0], "init": "lecun_normal"}]}

    assert "agrees" == winitgen.verify(tmp_path / "w.npz", SPEC, dtype="bfloat16", statistics=True)["verdict"]
    report = winitgen.verify(tmp_path / "w.npz", other, dtype="bfloat16", statistics=True)
    assert "this is he's std, drawn from the normal distribution" == report["tensors"][0]["hints"][0]


def test_another_layout_in_an_hdf5_file_is_named(tmp_path: Path) -> None:
    """The hint about another layout also holds for HDF5, which has slashes for dots."""
    winitgen.write(SPEC, tmp_path / "w.h5", fsync=False)

    report = winitgen.verify(tmp_path / "w.h5", SPEC, layout="nnx", statistics=True)
    assert ["the file has the names of the layout torch"] == report["hints"]


@pytest.mark.parametrize(
    ("spec", "options", "message"),
    [
        (None, {}, "statistics compares a file with a layer-spec; name the spec"),
        (
            SPEC,
            {"digest": True},
            "a digest needs values that are drawn again, but statistics draws none; ask for one of the two",
        ),
        (None, {"seed": 1}, "seed, dtype and layout replace those of a spec; name the spec"),
        (SPEC, {"threads": 0}, "threads is a whole number of at least 1, not 0"),
    ],
    ids=["no spec", "digest", "seed", "threads"],
)
def test_a_wrong_call_is_refused(spec: Any, options: dict[str, Any], message: str) -> None:
    """Conflicting arguments are refused before the file is opened."""
    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.verify("missing.npz", spec, statistics=True, **options)

    assert message == str(caught.value)


def test_ideal_needs_statistics() -> None:
    """Values that are drawn again are compared bit by bit."""
    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.verify("missing.npz", SPEC, ideal=True)

    assert "ideal is about the laws of statistics; ask for both" == str(caught.value)
