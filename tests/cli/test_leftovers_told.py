"""What a killed run has left is told by the next, on standard error and in one line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Winitgen

NAME = ".w.npz.winitgen-0123456789ab.tmp"
LINE = (
    "winitgen: {}/{} was left by a run that was killed, or belongs to one that is still writing; "
    "remove it if none is\n"
)


def test_a_leftover_is_told_and_stays(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """Written, up to date or checked: the output is as ever, and the line comes each time."""
    (tmp_path / NAME).write_bytes(b"left")
    out, line = tmp_path / "w.npz", LINE.format(tmp_path, NAME)

    for options in ([], [], ["--check"], ["--force", "--seed", "1"]):
        assert (0, f"{out}\n", line) == winitgen("init", spec, "-o", out, "--quiet", *options)
    assert (tmp_path / NAME).read_bytes() == b"left"


def test_a_leftover_is_told_before_a_refusal(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """Where the output cannot be written, perhaps for want of space, the line stands above the reason."""
    out = tmp_path / "w.npz"
    winitgen("init", spec, "-o", out)
    (tmp_path / NAME).touch()

    run = winitgen("init", spec, "-o", out, "--seed", "1")

    refusal = f"winitgen: {out} exists and differs: its seed is 0, not 1; --force replaces it\n"
    assert (3, "", LINE.format(tmp_path, NAME) + refusal) == run


def test_a_report_s_leftover_is_told(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """A report is written like an output, and what is left of one is told, too."""
    name = ".r.json.winitgen-0123456789ab.tmp"
    (tmp_path / name).touch()

    run = winitgen("init", spec, "-o", tmp_path / "w.npz", "--report", tmp_path / "r.json", "--quiet")

    assert (0, LINE.format(tmp_path, name)) == (run.code, run.err)


def test_a_dry_run_does_not_look(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """What is not written has nothing beside it."""
    (tmp_path / NAME).touch()

    run = winitgen("init", spec, "-o", tmp_path / "w.npz", "--dry-run")

    assert (0, "") == (run.code, run.err)
