"""``winitgen inspect`` as a process: output and refusals."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.cli.conftest import ROOT, Winitgen
from winitgen.report.versions import versioned


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small file written by the safetensors library."""
    path = tmp_path / "w.safetensors"
    arrays = {
        "a.b": np.arange(4.0).reshape(2, 2),
        "n": np.array([1, np.nan, np.inf], np.float32),
        "none": np.zeros((0, 3)),
        "s": np.array(-12345678),
    }
    save_file(arrays, path, {"format": "pt"})
    return path


def test_the_table(winitgen: Winitgen, file: Path) -> None:
    """There is a line for each tensor in the order of the file, then the totals and the metadata."""
    run = winitgen("inspect", file)

    assert (0, "") == (run.code, run.err)
    lines = run.out.splitlines()
    assert [
        *("tensor", "shape", "dtype", "bytes", "mean", "std", "min", "max", "zeros", "NaN", "infinite"),
        "histogram",
    ] == lines[0].split()
    rows = {line.split()[0]: line.split() for line in lines[1:5]}
    assert ["a.b", "2x2", "float64", "32", "B", "1.5", "1.118", "0", "3", "1"] == rows["a.b"][:10]
    assert ["n", "3", "float32", "12", "B", "1", "0", "1", "1", "1", "1", "█"] == rows["n"]
    assert ["none", "0x3", "float64", "0", "B"] == rows["none"]
    scalar = ["s", "scalar", "int64", "8", "B", "-1.235e+07", "0", "-12345678", "-12345678", "█"]
    assert scalar == rows["s"]
    size = file.stat().st_size
    total = f"4 tensors, 8 values, 52 B; safetensors, file bytes {size:,}, header bytes {size - 52:,}"
    assert ["", total, "metadata format: pt"] == lines[5:]


def test_only_the_header(winitgen: Winitgen, file: Path) -> None:
    """With --header there are no statistics, as no values are read."""
    lines = winitgen("inspect", file, "--header").out.splitlines()

    assert "tensor  shape   dtype    bytes" == lines[0]
    assert "a.b     2x2     float64   32 B" in lines


def test_one_tensor(winitgen: Winitgen, file: Path) -> None:
    """--tensor prints counts, statistics, first values, and the histogram line by line."""
    run = winitgen("inspect", file, "--tensor", "n")

    assert run.out.splitlines() == [
        "n: 3, float32, 12 B",
        "3 values: 1 finite, 0 zero, 1 NaN, 1 infinite",
        "mean 1, std 0, min 1, max 1",
        "L1 norm 1, L2 norm 1",
        "quantiles: 1% 1, 5% 1, 25% 1, 50% 1, 75% 1, 95% 1, 99% 1",
        "first values: 1, nan, inf",
        "",
        f"1  1  {'█' * 40}",
    ]


def test_json(winitgen: Winitgen, file: Path) -> None:
    """--json prints the report of the library function, in ASCII and without NaN."""
    import winitgen as library

    run = winitgen("inspect", file, "--json")

    expected = versioned("inspect", library.inspect(file))
    assert expected == json.loads(run.out, parse_constant=pytest.fail)
    assert run.out.isascii()


def test_no_escape_sequence_from_the_file_reaches_the_terminal(winitgen: Winitgen, tmp_path: Path) -> None:
    """Escape sequences, line ends and lone surrogates in names and metadata are printed in escaped form."""
    name = "\x1b[31mred\x9b2J\u202e\n"
    escaped = json.dumps(name)[1:-1]
    text = (
        f'{{"__metadata__":{{"k{escaped}":"v{escaped}\\ud800"}},'
        f'"{escaped}\\ud800":{{"dtype":"F32","shape":[],"data_offsets":[0,4]}}}}'
    ).encode()
    (tmp_path / "w.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + bytes(4))
    shown = "\\x1b[31mred\\x9b2J\\u202e\\n"
    table, single, found = (
        winitgen("inspect", tmp_path / "w.safetensors", *options)
        for options in ([], ["--tensor", "x"], ["--json"])
    )

    assert f"{shown}\\ud800" == table.out.splitlines()[1].split()[0]
    assert f"metadata k{shown}: v{shown}\\ud800" == table.out.splitlines()[-2]
    assert (
        "note: its header is not JSON to the safetensors library, which refuses it"
        == table.out.splitlines()[-1]
    )
    assert 2 == single.code
    assert all(c.isprintable() or c == "\n" for run in (table, single, found) for c in run.out + run.err)
    assert f"{name}\ud800" == json.loads(found.out)["tensors"][0]["name"]


def test_on_a_terminal(file: Path) -> None:
    """Rich draws the table, with all its cells."""
    master, slave = pty.openpty()
    environment = {**os.environ, "COLUMNS": "150", "PYTHONIOENCODING": "utf-8"}
    subprocess.run(
        [sys.executable, "-m", "winitgen", "inspect", str(file)],
        stdout=slave, cwd=ROOT, env=environment, check=True, timeout=60,
    )  # fmt: skip
    os.close(slave)
    text = os.read(master, 1 << 16).decode()
    os.close(master)

    assert " 1.118 " in text
    assert "4 tensors, 8 values" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent"], "winitgen: cannot read absent: No such file or directory\n"),
        (["FILE", "--tensor", "a.c"], "winitgen: FILE has no tensor 'a.c'; did you mean 'a.b'?\n"),
    ],
)
def test_refusals(winitgen: Winitgen, file: Path, arguments: list[str], message: str) -> None:
    """A refusal is one line, with exit code 2."""
    run = winitgen("inspect", *(argument.replace("FILE", str(file)) for argument in arguments))

    assert (2, "", message.replace("FILE", str(file))) == run


def test_the_digest_is_printed(winitgen: Winitgen, tmp_path: Path) -> None:
    """It is below the table, and in the output of ``--json``."""
    winitgen("init", "specs/deck.yaml", "-o", tmp_path / "w.npz")
    printed = winitgen("inspect", tmp_path / "w.npz", "--digest").out.splitlines()[-1]
    said = json.loads(winitgen("inspect", tmp_path / "w.npz", "--digest", "--json").out)

    assert f"content digest: {said['digests']['content']}" == printed


def test_tensors_by_a_pattern(here: Winitgen, tmp_path: Path) -> None:
    """All that fit are shown in detail; a name that is a pattern too is that of one tensor."""
    path = tmp_path / "w.safetensors"
    save_file(
        {"a.w": np.arange(101.0), "b.w": -np.arange(101.0), "[ab].w": np.ones(1), "c": np.ones(2)}, path
    )
    lines = here("inspect", path, "--tensor", "?.w").out.splitlines()

    assert ["a.w: 101, float64, 808 B", "b.w: 101, float64, 808 B"] == [
        line for line in lines if ".w" in line
    ]
    assert "L1 norm 5050, L2 norm 581.7" in lines  # the root of 100 * 101 * 201 / 6
    assert "quantiles: 1% 1, 5% 5, 25% 25, 50% 50, 75% 75, 95% 95, 99% 99" in lines
    assert "quantiles: 1% -99, 5% -95, 25% -75, 50% -50, 75% -25, 95% -5, 99% -1" in lines
    assert "[ab].w: 1, float64, 8 B" == here("inspect", path, "--tensor", "[ab].w").out.splitlines()[0]
    assert (2, "", f"winitgen: {path} has no tensor '*.bias'\n") == here(
        "inspect", path, "--tensor", "*.bias"
    )


def test_faults(here: Winitgen, file: Path, tmp_path: Path) -> None:
    """The last line names each fault with its tensors, and the exit code is 1; without a fault it is 0."""
    path = tmp_path / "more.safetensors"
    some = np.arange(6.0)
    save_file({"x": some, "y": some, "z": np.zeros(3), "e": np.zeros(0), "n": np.array([0.0, np.nan])}, path)
    run = here("inspect", path, "--fail-on", "equal-tensors, nan,inf,zero-tensor")
    last = "1 tensor holds NaN: n; 1 tensor is zero: z; 1 group of tensors is equal: x = y"

    assert (1, "", last) == (run.code, run.err, run.out.splitlines()[-1])
    assert (0, here("inspect", path).out) == here("inspect", path, "--fail-on", "inf")[:2]
    assert (1, "1 tensor holds infinities: n") == (
        (one := here("inspect", file, "--fail-on", "inf")).code,
        one.out.splitlines()[-1],
    )
    chosen = here("inspect", path, "--fail-on", "nan,equal-tensors", "--tensor", "[xy]", "--json")
    assert (1, {"equal-tensors": ["x = y"]}) == (chosen.code, json.loads(chosen.out)["failed"])
    assert 0 == here("inspect", path, "--fail-on", "nan,equal-tensors", "--tensor", "[xz]").code


def test_many_faulty_tensors(here: Winitgen, tmp_path: Path) -> None:
    """Five are named; what cannot be read as numbers is a fault, as nobody knows what it holds."""
    path = tmp_path / "w.npz"
    np.savez(path, text=np.array(["a"]), **{f"t{n}": np.full(2, np.nan) for n in range(1, 8)})  # type: ignore[arg-type]
    run = here("inspect", path, "--fail-on", "nan")

    assert (
        "7 tensors hold NaN: t1, t2, t3, t4, t5 and 2 more; 1 tensor cannot be checked: text"
        == (run.out.splitlines()[-1])
    )


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (["nam"], "--fail-on: unknown fault 'nam'; did you mean 'nan'?"),
        (
            ["zeros?"],
            "--fail-on: unknown fault 'zeros?'; the faults are nan, inf, zero-tensor, equal-tensors",
        ),
        (["nan", "--header"], "--fail-on needs all values, and --header reads none; use one"),
    ],
)
def test_faults_that_cannot_be_asked_for(
    here: Winitgen, file: Path, choices: list[str], message: str
) -> None:
    """The message has the names."""
    assert (2, "", f"winitgen: {message}\n") == here("inspect", file, "--fail-on", *choices)
