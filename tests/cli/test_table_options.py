"""``--columns`` and ``--wide``: what a table shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Winitgen
from winitgen.report.titles import LAYERS, RUNS

COLUMNS = {
    "plan": "tensor, shape, dtype, scheme, fan_in, fan_out, mean, std, chosen by",
    "plan --ids": "id, type, tensor",
    "init": "tensor, shape, dtype, scheme, fan_in, fan_out, mean, std, measured mean, measured std, min, max, chosen by",
    "inspect": "tensor, shape, dtype, bytes, mean, std, min, max, zeros, NaN, infinite, histogram",
    "verify --statistics w.h5": "tensor, elements, scheme, mean, std, measured mean, measured std, verdict",
}


def test_columns_are_shown_in_the_order_of_asking(winitgen: Winitgen, spec: Path) -> None:
    """In a pipe, too."""
    run = winitgen("plan", spec, "--columns", "std, tensor")

    assert (0, "std  tensor") == (run.code, run.out.splitlines()[0].strip())
    assert run.out.splitlines()[1].endswith("  fc.weight")


@pytest.mark.parametrize("command", COLUMNS)
def test_an_unknown_column(winitgen: Winitgen, spec: Path, tmp_path: Path, command: str) -> None:
    """The columns of the table are named, and nothing is written or read."""
    out = ("-o", tmp_path / "w.h5") if command == "init" else ()
    run = winitgen(*command.split(), spec, *out, "--columns", "tensor,loss")

    assert (2, f"winitgen: --columns: unknown column 'loss'; the columns are {COLUMNS[command]}\n") == (
        run.code,
        run.err,
    )
    assert not [*tmp_path.glob("w.h5")]


def test_a_column_that_is_meant(winitgen: Winitgen, spec: Path) -> None:
    """A slip of the pen has a suggestion."""
    run = winitgen("plan", spec, "--columns", "tensor,shpe")

    assert (2, "winitgen: --columns: unknown column 'shpe'; did you mean 'shape'?\n") == (run.code, run.err)


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (
            "probe SPEC --compare torch --columns layer,verdict",
            f"the table of one run has no column 'verdict'; its columns are {', '.join(LAYERS)}",
        ),
        (
            "probe SPEC --columns run",
            f"the table of one run has no column 'run'; its columns are {', '.join(LAYERS)}",
        ),
        (
            "probe SPEC --compare torch,keras --columns run,type",
            f"the table of several runs has no column 'type'; its columns are {', '.join(RUNS)}",
        ),
        (
            "probe SPEC --sweep gain=1,2 --columns layer",
            f"the table of several runs has no column 'layer'; its columns are {', '.join(RUNS)}",
        ),
    ],
)
def test_a_column_of_the_other_table_of_a_probe(winitgen: Winitgen, spec: Path, call: str, line: str) -> None:
    """A probe of one run has a table of layers, a probe of several has one of runs."""
    run = winitgen(*(spec if word == "SPEC" else word for word in call.split()))

    assert (2, "", f"winitgen: --columns: {line}\n") == (run.code, run.out, run.err)


@pytest.mark.parametrize(
    ("call", "line"),
    [
        ("plan SPEC --wide --json", "--wide is about the table, which --json does not print; use one"),
        (
            "init SPEC -o w.npz --columns std -q",
            "--columns is about the table, which --quiet does not print; use one",
        ),
        (
            "diff a b --columns A --quiet",
            "--columns is about the table, which --quiet does not print; use one",
        ),
        ("inspect a --wide --tensor b", "--wide is about the table, which --tensor does not print; use one"),
        (
            "probe SPEC --columns layer --json",
            "--columns is about the table, which --json does not print; use one",
        ),
        ("verify a SPEC --columns std", "--columns is about the table of --statistics; use both"),
        ("verify a SPEC --wide", "--wide is about the table of --statistics; use both"),
    ],
)
def test_calls_without_a_table(winitgen: Winitgen, spec: Path, call: str, line: str) -> None:
    """An option that would do nothing is refused."""
    run = winitgen(*(spec if word == "SPEC" else word for word in call.split()))

    assert (2, f"winitgen: {line}\n") == (run.code, run.err)


def test_a_column_without_values(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """A column that the table would leave out, as it is empty, is there if it is asked for."""
    file = tmp_path / "w.npz"
    winitgen("init", spec, "-o", file)
    run = winitgen("inspect", file, "--columns", "NaN,tensor")

    assert ["NaN  tensor", "     fc.weight"] == run.out.splitlines()[:2]


def test_who_chose_a_scheme_is_a_column_of_drawn_values_too(
    winitgen: Winitgen, spec: Path, tmp_path: Path
) -> None:
    """Only if it is asked for; it has what the plan says."""
    columns = ("--columns", "tensor,chosen by")
    drawn = winitgen("init", spec, "-o", tmp_path / "w.npz", *columns)
    planned = winitgen("plan", spec, *columns)

    assert planned.out.split("\n\n")[0] == drawn.out.split("\n\n")[0]
    assert "auto" in drawn.out.splitlines()[1]


def test_a_dry_run_has_no_measured_columns(winitgen: Winitgen, spec: Path) -> None:
    """As nothing is drawn."""
    run = winitgen("init", spec, "--dry-run", "--columns", "tensor,measured mean")

    assert (
        2,
        f"winitgen: --columns: unknown column 'measured mean'; the columns are {COLUMNS['plan']}\n",
    ) == (run.code, run.err)
