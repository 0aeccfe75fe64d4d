"""``winitgen diff`` as a process: tables, exit codes, and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.cli.conftest import Winitgen
from winitgen.report.versions import versioned


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Two files that share one equal tensor."""
    a, b = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    same = np.arange(3.0)
    save_file({"same": same, "v": np.array([1.0, 2.0]), "s": np.ones(2), "x": np.ones(1)}, a)
    save_file({"same": same, "v": np.array([1.0, 2.5]), "s": np.ones(3)}, b)
    return a, b


def test_the_table_shows_what_differs(winitgen: Winitgen, pair: tuple[Path, Path]) -> None:
    """There is a line for each tensor that is not equal, and a summary; the exit code is 1."""
    run = winitgen("diff", *pair)
    head, *rows, empty, summary = run.out.splitlines()

    assert (1, "", "") == (run.code, run.err, empty)
    assert [
        *("tensor", "differs in", "A", "B", "differing", "max |a-b|", "mean |a-b|", "first"),
    ] == [cell.strip() for cell in head.split("  ") if cell.strip()]
    cells = {row.split()[0]: [cell.strip() for cell in row.split("  ") if cell.strip()] for row in rows}
    assert ["v", "values", "2 float64", "2 float64", "1", "0.5", "0.25", "[1]: 2 and 2.5"] == cells["v"]
    assert ["s", "shape", "2 float64", "3 float64"] == cells["s"]
    assert ["x", "only in A", "1 float64"] == cells["x"]
    assert "1 tensor equal in all bits, 2 differ, 1 only in A" == summary


def test_equal_files(winitgen: Winitgen, pair: tuple[Path, Path]) -> None:
    """Equal files give one line and exit code 0."""
    assert (0, "4 tensors equal in all bits\n", "") == winitgen("diff", pair[0], pair[0])


def test_quiet(winitgen: Winitgen, pair: tuple[Path, Path]) -> None:
    """With --quiet nothing is printed; only the exit code differs."""
    assert (1, "", "") == winitgen("diff", *pair, "--quiet")
    assert (0, "", "") == winitgen("diff", pair[1], pair[1], "-q")


def test_json(winitgen: Winitgen, pair: tuple[Path, Path]) -> None:
    """--json prints the report of the library function."""
    import winitgen as library

    run = winitgen("diff", *pair, "--json")

    assert (1, versioned("diff", library.diff(*pair))) == (run.code, json.loads(run.out))


def test_a_file_of_winitgen_in_two_containers(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The same spec as safetensors and as npy is equal; with another seed the randomly drawn tensors differ."""
    for name, seed in (("a.safetensors", "0"), ("b.npy", "0"), ("c.npy", "1")):
        winitgen("init", spec, "-o", tmp_path / name, "--seed", seed)

    assert 0 == winitgen("diff", tmp_path / "a.safetensors", tmp_path / "b.npy").code
    run = winitgen("diff", tmp_path / "a.safetensors", tmp_path / "c.npy")
    assert (1, "2 tensors equal in all bits, 2 differ") == (run.code, run.out.splitlines()[-1])


def test_refusals(winitgen: Winitgen, pair: tuple[Path, Path], tmp_path: Path) -> None:
    """A file that cannot be read gives exit code 2, never 1."""
    absent = winitgen("diff", pair[0], tmp_path / "absent")
    both = winitgen("diff", *pair, "-q", "--json")

    assert (2, "", f"winitgen: cannot read {tmp_path}/absent: No such file or directory\n") == absent
    assert (2, "", "winitgen: --quiet and --json both say what is printed; use one\n") == both
    assert 2 == winitgen("diff", pair[0], tmp_path / "absent", "-q").code


def test_a_prefix_is_found_and_said(here: Winitgen, tmp_path: Path) -> None:
    """The hint is the last line; with its option the files are equal, and the table has both names."""
    a, b = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    save_file({"w": np.ones(2), "v": np.ones(3)}, a)
    save_file({"module.w": np.ones(2), "module.v": np.zeros(3)}, b)

    assert [
        "0 tensors equal in all bits, 2 only in A, 2 only in B",
        "hint: 2 more tensors match with --strip-prefix module.",
    ] == here("diff", a, b).out.splitlines()[-2:]
    run = here("diff", a, b, "--strip-prefix", "module.")
    _, row, _, last = run.out.splitlines()
    assert (1, "1 tensor equal in all bits, 1 differ") == (run.code, last)
    assert row.startswith("v = module.v  values")
    assert 0 == here("diff", a, b, "-q", "--rename", r"(.*)=module.\1", "--ignore", "v").code
    assert (0, "1 tensor equal in all bits, 2 ignored\n", "") == here(
        *("diff", a, b, "--strip-prefix", "module.", "--ignore", "v")
    )


def test_a_tolerance(here: Winitgen, pair: tuple[Path, Path]) -> None:
    """The line says which; the pairs beyond it have a column; the exit code is that of the numbers."""
    choices = ("--ignore", "[sx]", "--sort", "name")
    run = here("diff", *pair, "--atol", "0.5", *choices)
    beyond = here("diff", *pair, "--atol", "0.25", "--rtol", "1e-3", *choices)

    # x is a tensor of A alone, s one of both.
    assert (
        0,
        "1 tensor equal in all bits, 1 within the tolerance (atol 0.5, rtol 0), 2 ignored\n",
        "",
    ) == run
    head, row, _, last = beyond.out.splitlines()
    assert head.split("  ")[-1] == "first"
    assert ["v", "values", "2 float64", "2 float64", "1", "1", "0.5", "0.25", "[1]: 2 and 2.5"] == [
        cell.strip() for cell in row.split("  ") if cell.strip()
    ]
    assert (
        "1 tensor equal in all bits, 0 within the tolerance (atol 0.25, rtol 0.001), 1 differ, 2 ignored"
        == last
    )
    assert (0, 1) == tuple(
        here("diff", *pair, "-q", "--atol", atol, *choices).code for atol in ("0.5", "0.4")
    )
    assert (2, "", "winitgen: atol is a number of at least 0, not -1.0\n") == here(
        *("diff", *pair, "--atol", "-1")
    )
    assert (2, "", "winitgen: rtol is a finite number, not nan\n") == here("diff", *pair, "--rtol", "nan")
