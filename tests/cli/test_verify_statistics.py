"""``winitgen verify --statistics``: output and exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import winitgen as library
from tests.cli.conftest import Winitgen

SPEC = "input: 40\nlayers:\n  - {name: fc, type: dense, units: 30, init: he_normal}\n"

GOOD = """\
tensor     elements  scheme                               mean     std  measured mean  measured std  verdict
fc.weight  1,200     he_normal std = sqrt(2/40) = 0.2236     0  0.2236       0.003848        0.2229  agrees
fc.bias    30        zeros                                   0       0              0                agrees

w.safetensors agrees with the spec: 8 tests, at most one false alarm in 2,000 files
"""


Verify = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, winitgen: Winitgen) -> Verify:
    """Return a function that verifies in a folder with two specs and a file drawn from the first."""
    (tmp_path / "m.yaml").write_text(SPEC)
    (tmp_path / "other.yaml").write_text(SPEC.replace("he_normal", "lecun_normal"))
    library.write(tmp_path / "m.yaml", tmp_path / "w.safetensors", seed=3, fsync=False)
    package = str(Path(library.__file__).parents[1])
    return lambda *args: tuple(winitgen("verify", *args, cwd=tmp_path, PYTHONPATH=package))


def test_agrees(run: Verify) -> None:
    """A file of another seed has the same distributions."""
    assert (0, GOOD, "") == run("w.safetensors", "m.yaml", "--statistics")
    assert (0, "", "") == run("w.safetensors", "m.yaml", "--statistics", "--quiet")


def test_differs(run: Verify) -> None:
    """The lines below the table name the disagreements, and the exit code is 1."""
    code, out, _ = run("w.safetensors", "other.yaml", "--statistics")

    assert 1 == code
    assert [
        "fc.weight: std is 0.2229, planned 0.1581: 41 % off (z = 24.2)",
        "fc.weight: this is he's std, drawn from the normal distribution",
        "w.safetensors differs from the spec: 8 tests, at most one false alarm in 2,000 files",
    ] == out.splitlines()[-3:]


def test_json(run: Verify) -> None:
    """--json prints the same result as JSON."""
    code, out, _ = run("w.safetensors", "m.yaml", "--statistics", "--json")

    assert (0, "agrees", ["fc.weight", "fc.bias"]) == (
        code,
        json.loads(out)["verdict"],
        [row["name"] for row in json.loads(out)["tensors"]],
    )


def test_refused(run: Verify) -> None:
    """--statistics needs a spec, and draws nothing, so it has no digest."""
    assert (2, "", "winitgen: --statistics compares FILE with a layer-spec; name SPEC too\n") == run(
        "w.safetensors", "--statistics"
    )
    message = "winitgen: --digest needs values that are drawn, and --statistics draws none; use one\n"
    assert (2, "", message) == run("w.safetensors", "m.yaml", "--statistics", "--digest")


LEAKS = """\
input: 100
defaults: {init: {scheme: truncated_normal, std: 0.05, bounds: 2, correct: false}, use_bias: false}
layers:
"""


def test_a_law_of_a_library(run: Verify, tmp_path: Path) -> None:
    """A note names the library and the first tensors; with --ideal the file differs, and the note is the same."""
    rng, arrays, spec = np.random.default_rng(5), {}, LEAKS
    for number in range(5):
        draws = rng.standard_normal((100 * 100, 4)).astype(np.float32)
        first = (np.abs(draws) < 2).argmax(axis=1)
        values = draws[np.arange(first.size), first] * np.float32(0.05)
        values[7] = 0.11
        arrays[f"d{number}.weight"] = values.reshape(100, 100)
        spec += f"  - {{name: d{number}, type: dense, units: 100}}\n"
    (tmp_path / "k.yaml").write_text(spec)
    np.savez(tmp_path / "k.npz", **arrays)
    note = (
        "note: as Keras on PyTorch draws float32: 4 in 1,000,000 values beyond the cut: "
        "d0.weight, d1.weight, d2.weight and 2 more"
    )

    code, out, _ = run("k.npz", "k.yaml", "--statistics")
    assert (0, note) == (code, out.splitlines()[-2])
    code, out, _ = run("k.npz", "k.yaml", "--statistics", "--ideal")
    lines = out.splitlines()[-7:]
    assert (1, note) == (code, lines[-2])
    assert [f"d{number}.weight: " for number in range(5)] == [line[:11] for line in lines[:5]]
    assert all("of 10,000 values lie outside -0.1 to 0.1, as far as " in line for line in lines[:5])
    code, out, _ = run("k.npz", "k.yaml", "--statistics", "--json")
    (law,) = json.loads(out)["laws"]
    assert {
        "law": note.removeprefix("note: ").rpartition(": ")[0],
        "library": "Keras on PyTorch",
        "version": "keras 3.15.1, torch 2.13.0",
        "tensors": [f"d{number}.weight" for number in range(5)],
    } == law
    assert [law["law"]] * 5 == [row["law"] for row in json.loads(out)["tensors"]]


def test_ideal_alone_is_refused(run: Verify) -> None:
    """The values that winitgen draws again have no law to choose."""
    message = "winitgen: --ideal is about the laws of --statistics; use both\n"
    assert (2, "", message) == run("w.safetensors", "m.yaml", "--ideal")


def test_numbers_that_are_not_finite(run: Verify, tmp_path: Path) -> None:
    """They are null: no value is finite, or a sum of values is beyond float64."""
    for value, ends in ((np.nan, [None, None]), (1e308, [1e308, 1e308])):
        np.savez(tmp_path / "w.npz", **{"fc.weight": np.full((30, 40), value), "fc.bias": np.zeros(30)})
        code, out, _ = run("w.npz", "m.yaml", "--dtype", "float64", "--statistics", "--json")
        (measured,) = [row["measured"] for row in json.loads(out)["tensors"] if row["name"] == "fc.weight"]

        assert (1, [None, None, *ends]) == (code, [measured[key] for key in ("mean", "std", "min", "max")])
