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


def test_numbers_that_are_not_finite(run: Verify, tmp_path: Path) -> None:
    """They are null: no value is finite, or a sum of values is beyond float64."""
    for value, ends in ((np.nan, [None, None]), (1e308, [1e308, 1e308])):
        np.savez(tmp_path / "w.npz", **{"fc.weight": np.full((30, 40), value), "fc.bias": np.zeros(30)})
        code, out, _ = run("w.npz", "m.yaml", "--dtype", "float64", "--statistics", "--json")
        (measured,) = [row["measured"] for row in json.loads(out)["tensors"] if row["name"] == "fc.weight"]

        assert (1, [None, None, *ends]) == (code, [measured[key] for key in ("mean", "std", "min", "max")])
