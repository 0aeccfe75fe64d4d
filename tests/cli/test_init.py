"""``winitgen init``: what it writes, what it prints, and what it does not touch."""

from __future__ import annotations

import html
import json
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, load_file

from tests.cli.conftest import ROOT, Winitgen


def test_writes_the_tensors_of_the_spec(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The file has every tensor under PyTorch's name, in the shape the layers state."""
    run = winitgen("init", spec, "-o", tmp_path / "w.safetensors")

    shapes = {name: array.shape for name, array in load_file(tmp_path / "w.safetensors").items()}
    assert (0, "") == (run.code, run.err)
    assert {"fc.weight": (4, 3), "fc.bias": (4,), "out.weight": (2, 4), "out.bias": (2,)} == shapes


def test_prints_a_table_of_every_tensor(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The table has the formula in numbers, the fans, and the planned and measured statistics."""
    lines = winitgen("init", spec, "-o", tmp_path / "w.safetensors").out.splitlines()

    values = load_file(tmp_path / "w.safetensors")["fc.weight"].astype(np.float64)
    measured = [f"{figure:.4g}" for figure in (values.mean(), values.std(), values.min(), values.max())]
    assert ["tensor", "shape", "dtype", "scheme", "fan_in", "fan_out", "mean", "std"] == lines[0].split()[:8]
    expected = [
        "fc.weight",
        "4x3",
        "float32",
        *["he_normal", "std", "=", "sqrt(2/3)", "=", "0.8165"],
        "3",
        "4",
        "0",
        "0.8165",
    ]
    assert expected + measured == lines[1].split()
    assert "4 tensors, 26 values, 104 B, seed 0, torch layout" == lines[6]
    assert (
        "note: biases of relu layers start at 0.01; turn it off with 'defaults: {bias_init: zeros}'"
        == lines[7]
    )
    assert lines[8].startswith(f"wrote {tmp_path / 'w.safetensors'}: ")


def test_does_not_touch_a_file_that_is_up_to_date(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The second run writes nothing, reports that, and succeeds."""
    out = tmp_path / "w.npz"
    winitgen("init", spec, "-o", out)
    before = out.stat()

    run = winitgen("init", spec, "-o", out)

    assert (0, f"{out} is up to date: it holds exactly these bytes") == (run.code, run.out.splitlines()[-1])
    assert (before.st_ino, before.st_mtime_ns) == (out.stat().st_ino, out.stat().st_mtime_ns)


@pytest.mark.parametrize(
    ("options", "difference"),
    [
        pytest.param(["--seed", "1"], "its seed is 0, not 1", id="another seed"),
        pytest.param(["--dtype", "float16"], "its dtype is float32, not float16", id="another dtype"),
        pytest.param(["--set", "n=5"], "its spec differs", id="another spec"),
    ],
)
def test_refuses_to_replace_another_file(
    winitgen: Winitgen, spec: Path, tmp_path: Path, options: list[str], difference: str
) -> None:
    """Without --force the file stays as it is, and the message names the difference."""
    out = tmp_path / "w.safetensors"
    winitgen("init", spec, "-o", out)
    before = out.read_bytes()

    run = winitgen("init", spec, "-o", out, *options)

    assert (3, "", f"winitgen: {out} exists and differs: {difference}; --force replaces it\n") == run
    assert before == out.read_bytes()


def test_force_replaces_another_file(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """With --force the file has the new values."""
    out = tmp_path / "w.safetensors"
    winitgen("init", spec, "-o", out)
    before = load_file(out)["fc.weight"]

    run = winitgen("init", spec, "-o", out, "--seed", "1", "--force")

    assert 0 == run.code
    assert not np.array_equal(before, load_file(out)["fc.weight"])


def test_check_reports_whether_a_file_is_up_to_date(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """--check exits 0 if the file has exactly these bytes, 1 if it has others or is missing, and writes nothing."""
    out = tmp_path / "w.safetensors"

    missing = winitgen("init", spec, "-o", out, "--check")
    assert (1, "", f"winitgen: {out} does not exist\n") == missing
    assert not out.exists()

    winitgen("init", spec, "-o", out)
    assert 0 == winitgen("init", spec, "-o", out, "--check").code

    other = winitgen("init", spec, "-o", out, "--check", "--seed", "1")
    assert (1, "", f"winitgen: {out} differs: its seed is 0, not 1\n") == other


def test_dry_run_names_the_size_and_writes_nothing(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """--dry-run prints the size that the file would have."""
    out = tmp_path / "w.safetensors"

    run = winitgen("init", spec, "-o", out, "--dry-run")

    assert not out.exists()
    winitgen("init", spec, "-o", out)
    expected = f"dry run: {out} would have {out.stat().st_size:,} bytes; nothing was written"
    assert (0, expected) == (run.code, run.out.splitlines()[-1])


def test_quiet_prints_only_the_path(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """With --quiet a script reads only the path."""
    out = tmp_path / "w.safetensors"

    assert (0, f"{out}\n", "") == winitgen("init", spec, "-o", out, "--quiet")


def test_json_is_the_report_and_what_was_done(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """--json prints the whole report; a second run differs only in its status."""
    out = tmp_path / "w.safetensors"

    first = json.loads(winitgen("init", spec, "-o", out, "--json").out)
    second = json.loads(winitgen("init", spec, "-o", out, "--json").out)

    assert ("written", "unchanged") == (first.pop("status"), second.pop("status"))
    assert first == second
    assert out.stat().st_size == first["file_bytes"]


@pytest.mark.parametrize("name", ["safetensors", "npy"])
def test_writes_into_a_pipe(winitgen: Winitgen, spec: Path, tmp_path: Path, name: str) -> None:
    """``-o -`` writes the bytes of the file; the table goes to standard error."""
    out = tmp_path / f"w.{name}"
    table = winitgen("init", spec, "-o", out).out

    args = [sys.executable, "-m", "winitgen", "init", str(spec), "-o", "-", "--format", name]
    piped = subprocess.run(args, capture_output=True, check=True)

    assert out.read_bytes() == piped.stdout
    assert table.splitlines()[:7] == piped.stderr.decode().splitlines()[:7]


def test_a_pipe_gets_safetensors_by_default(spec: Path) -> None:
    """``-o -`` without a format writes a safetensors file."""
    args = [sys.executable, "-m", "winitgen", "init", str(spec), "-o", "-", "--quiet"]
    piped = subprocess.run(args, capture_output=True, check=True)

    assert b"" == piped.stderr
    assert (4, 3) == load(piped.stdout)["fc.weight"].shape


def test_reads_the_spec_from_standard_input(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """``-`` as SPEC means standard input; the file is the same."""
    winitgen("init", spec, "-o", tmp_path / "a.safetensors")
    winitgen("init", "-", "-o", tmp_path / "b.safetensors", stdin=spec.read_text())

    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_set_replaces_a_variable(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """With --set n=7 the first layer has 7 units."""
    winitgen("init", spec, "-o", tmp_path / "w.safetensors", "--set", "n=7")

    assert (7, 3) == load_file(tmp_path / "w.safetensors")["fc.weight"].shape


@pytest.mark.parametrize("threads", ["1", "2", "7"])
def test_threads_change_no_byte(winitgen: Winitgen, tmp_path: Path, threads: str) -> None:
    """Any number of threads writes the same file and the same report."""
    report = tmp_path / "report.json"
    args = ["init", "specs/lenet5.yaml", "-o", tmp_path / "w.npz", "--report", report]
    winitgen(*args)
    before = (tmp_path / "w.npz").read_bytes(), report.read_bytes()

    winitgen(*args, "--force", "--threads", threads, "--no-fsync")

    assert before == ((tmp_path / "w.npz").read_bytes(), report.read_bytes())


def test_reports_are_written_beside_the_weights(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """--report writes the form given by the ending; the JSON is what --json prints, without the status."""
    reports = [tmp_path / f"report.{ending}" for ending in ("json", "md", "html")]
    options = [option for report in reports for option in ("--report", report)]

    run = winitgen("init", spec, "-o", tmp_path / "w.safetensors", "--json", *options)

    printed = json.loads(run.out)
    del printed["status"]
    assert printed == json.loads(reports[0].read_text())
    assert reports[1].read_text().startswith("# small\n")
    assert reports[2].read_text().startswith("<!doctype html>\n")


def test_a_report_shows_no_clock(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """Two runs at different times give the same reports."""
    first = tmp_path / "1.html", tmp_path / "1.json"
    second = tmp_path / "2.html", tmp_path / "2.json"
    for page, plain in (first, second):
        winitgen("init", spec, "-o", tmp_path / "w.npz", "--report", page, "--report", plain)

    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_report_shows_the_command_that_reproduces_it(
    winitgen: Winitgen, spec: Path, tmp_path: Path
) -> None:
    """The command in a report, run by a shell, gives the same file; all three forms show it."""
    odd = tmp_path / "it's a; $(spec) `x`.yaml"
    odd.write_bytes(spec.read_bytes())
    out = tmp_path / "my weights"
    options = ["--seed", "7", "--dtype", "float16", "--layout", "keras", "--format", "npz", "--set", "n=5"]
    reports = [
        option for ending in ("json", "md", "html") for option in ("--report", tmp_path / f"r.{ending}")
    ]
    winitgen("init", odd, "-o", out, *options, *reports, "--threads", "2", "--force")
    before = out.read_bytes()
    out.unlink()

    command = json.loads((tmp_path / "r.json").read_text())["command"]

    again = command.replace("winitgen", f"{sys.executable} -m winitgen", 1)
    subprocess.run(again, shell=True, check=True, capture_output=True)  # noqa: S602  # as a reader would
    assert before == out.read_bytes()
    assert ["winitgen", "init", str(odd), "-o", str(out), *options] == shlex.split(command)
    assert f"```sh\n{command}\n```\n" in (tmp_path / "r.md").read_text()
    assert html.escape(command) in (tmp_path / "r.html").read_text()


def test_the_command_of_a_report_has_only_the_given_options(winitgen: Winitgen, spec: Path) -> None:
    """It has no other options, and --dry-run is kept."""
    command = json.loads(winitgen("init", spec, "--dry-run", "--json").out)["command"]

    assert f"winitgen init {spec} --dry-run" == command


def test_a_spec_whose_name_looks_like_an_option_is_a_path(
    winitgen: Winitgen, spec: Path, tmp_path: Path
) -> None:
    """The command in the report can be run unchanged."""
    (tmp_path / "-m.yaml").write_bytes(spec.read_bytes())

    run = winitgen("init", "--dry-run", "--json", "--", "-m.yaml", cwd=tmp_path, PYTHONPATH=str(ROOT))

    assert "winitgen init ./-m.yaml --dry-run" == json.loads(run.out)["command"]


def test_histograms_are_counted_only_for_an_html_report(
    winitgen: Winitgen, spec: Path, tmp_path: Path
) -> None:
    """Other runs do not spend time on them; every value of a tensor is counted."""
    args = ["init", spec, "-o", tmp_path / "w.npz", "--json", "--report"]

    without = json.loads(winitgen(*args, tmp_path / "r.md").out)["tensors"]
    counted = json.loads(winitgen(*args, tmp_path / "R.HTML").out)["tensors"]

    assert [None] * 4 == [row["histogram"] for row in without]
    assert [12, 4, 8, 2] == [sum(row["histogram"]["counts"]) for row in counted]
    assert 2 == (tmp_path / "R.HTML").read_text().count("<svg")  # those of the biases are folded


def test_threads_change_no_histogram(winitgen: Winitgen, tmp_path: Path) -> None:
    """A file large enough for several threads has the same page, byte for byte."""
    spec = tmp_path / "large.yaml"
    spec.write_text("input: 2100\nlayers:\n  - {name: fc, type: dense, units: 2050, init: he_uniform}\n")
    pages = []
    for threads in ("1", "3"):
        args = ["init", spec, "-o", tmp_path / "w.npz", "--no-fsync", "--threads", threads, "--force"]
        assert 0 == winitgen(*args, "--report", tmp_path / f"{threads}.html").code
        (tmp_path / "w.npz").unlink()
        pages.append((tmp_path / f"{threads}.html").read_text())

    assert pages[0] == pages[1]
    assert "4,305,000" in pages[0]


def test_digests_are_printed_and_in_every_report(spec: Path, tmp_path: Path, winitgen: Winitgen) -> None:
    """``--digest`` adds two lines, the same for a file that is up to date and for a pipe."""
    out, page, text = tmp_path / "w.npz", tmp_path / "r.html", tmp_path / "r.md"
    found = json.loads(winitgen("init", spec, "-o", out, "--digest", "--json").out)["digests"]

    lines = [f"content digest: {found['content']}", f"parameters digest: {found['parameters']}"]
    again = winitgen("init", spec, "-o", out, "--digest", "--report", page, "--report", text)
    assert lines == again.out.splitlines()[-3:-1]
    assert f"{out} is up to date: it holds exactly these bytes" == again.out.splitlines()[-1]
    assert all(f"- {line}" in text.read_text().splitlines() for line in lines)
    assert all(digest in page.read_text() for digest in found.values())
    assert {64} == {len(digest) for digest in found.values()}
    piped = subprocess.run(
        [sys.executable, "-m", "winitgen", "init", str(spec), "-o", "-", "--digest"],
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    assert lines == piped.stderr.decode().splitlines()[-3:-1]


def test_without_the_option_nothing_is_hashed(spec: Path, tmp_path: Path, winitgen: Winitgen) -> None:
    """The report has the key only with ``--digest``."""
    assert "digests" not in json.loads(winitgen("init", spec, "-o", tmp_path / "w.npz", "--json").out)


def test_a_dry_run_has_no_digest(spec: Path, winitgen: Winitgen) -> None:
    """Values that are not drawn cannot be hashed."""
    run = winitgen("init", spec, "--dry-run", "--digest")

    message = "winitgen: --digest needs values that are drawn; it does not go with --dry-run\n"
    assert (2, "", message) == run


@pytest.mark.parametrize(
    ("options", "out"),
    [([], None), (["-q"], "a.weights.h5\n"), (["--json"], None), (["--dry-run"], None)],
    ids=["table", "quiet", "json", "dry run"],
)
def test_what_keras_has_no_layer_for_is_named(
    winitgen: Winitgen, options: list[str], out: str | None, tmp_path: Path
) -> None:
    """The note is on standard error, once, whatever standard output is for."""
    spec = tmp_path / "a.yaml"
    spec.write_text("""
layout: keras
input: 5
layers: [{name: w, type: param, shape: [3], init: normal}, {name: fc, type: dense, units: 2}]
""")
    run = winitgen("init", "a.yaml", "-o", "a.weights.h5", *options, cwd=tmp_path)
    note = "left out of Keras's file, since no layer of Keras has it: w"

    assert (0, f"winitgen: {note}\n") == (run.code, run.err)
    assert out in (None, run.out)
    assert ("--json" in options) == (note in run.out)
