"""Files left by a killed run are reported by the next run, in one line on standard error."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Winitgen

NAME = ".w.npz.winitgen-0123456789ab.tmp"
LINE = (
    "winitgen: {}/{} was left by a run that was killed, or belongs to one that is still writing; "
    "remove it if none is\n"
)


def test_a_leftover_is_reported_and_stays(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The output of writing, an up-to-date file and --check is unchanged, and the line is printed each time."""
    (tmp_path / NAME).write_bytes(b"left")
    out, line = tmp_path / "w.npz", LINE.format(tmp_path, NAME)

    for options in ([], [], ["--check"], ["--force", "--seed", "1"]):
        assert (0, f"{out}\n", line) == winitgen("init", spec, "-o", out, "--quiet", *options)
    assert (tmp_path / NAME).read_bytes() == b"left"


def test_a_leftover_is_reported_before_a_refusal(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """If the output cannot be written, perhaps for lack of space, the line comes before the reason."""
    out = tmp_path / "w.npz"
    winitgen("init", spec, "-o", out)
    (tmp_path / NAME).touch()

    run = winitgen("init", spec, "-o", out, "--seed", "1")

    refusal = f"winitgen: {out} exists and differs: its seed is 0, not 1; --force replaces it\n"
    assert (3, "", LINE.format(tmp_path, NAME) + refusal) == run


def test_a_leftover_of_a_report_is_reported(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """A report is written like an output, and its leftover is reported too."""
    name = ".r.json.winitgen-0123456789ab.tmp"
    (tmp_path / name).touch()

    run = winitgen("init", spec, "-o", tmp_path / "w.npz", "--report", tmp_path / "r.json", "--quiet")

    assert (0, LINE.format(tmp_path, name)) == (run.code, run.err)


def test_a_dry_run_does_not_look(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """A dry run writes nothing, so it does not look for leftovers."""
    (tmp_path / NAME).touch()

    run = winitgen("init", spec, "-o", tmp_path / "w.npz", "--dry-run")

    assert (0, "") == (run.code, run.err)
