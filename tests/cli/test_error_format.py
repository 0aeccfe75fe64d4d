"""``--error-format github``: every error of a call is one annotation, and no pipeline obeys a part of it."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

from tests.cli.conftest import Winitgen
from tests.cli.in_process import run_here
from winitgen.cli.errors import style_of

GITHUB = ("--error-format", "github")

CALLS = {
    ("plan", "--zzz"): "2 winitgen plan: no such option '--zzz'; see winitgen plan --help",
    ("init", "m.yaml", "--seed", "-1"): (
        "2 winitgen init: --seed: expected a whole number from 0 to 2^64 - 1, not '-1'"
    ),
    ("finalize",): "2 winitgen finalize: OUT is missing; see winitgen finalize --help",
    ("plan", "##teamcity[x]%.yaml"): ("2 cannot read \\u0023#teamcity[x]%25.yaml: No such file or directory"),
    ("verify", "::##[warning]"): "2 cannot read ::\\u0023#[warning]: No such file or directory",
    ("import", "m.npy", "-o", "m.yaml"): "3 m.yaml exists and differs; --force replaces it",
    ("import", "m.npy", "-o", "no/m.yaml"): "3 cannot write no/m.yaml: No such file or directory",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A layer-spec and a weight file without a header that winitgen needs."""
    import numpy as np

    (tmp_path / "m.yaml").write_text("input: 3\nlayers: [{type: dense, units: 2}]\n")
    np.save(tmp_path / "m.npy", np.zeros((3, 2), np.float32))
    return tmp_path


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_one_annotation(here: Winitgen, folder: Path, call: tuple[str, ...]) -> None:
    """Whatever is wrong: with the call, with what it reads, or with what it writes."""
    code, _, message = CALLS[call].partition(" ")
    run = here(*call, *GITHUB)

    assert (int(code), "") == run[:2]
    assert f"::error title=winitgen::{message}" == run.err.splitlines()[-1]
    assert message.partition(" --")[0].replace("%25", "%") in here(*call).err


FAILURES: dict[BaseException, str] = {
    OSError(24, "Too many open files"): "3 Too many open files; no output is complete",
    MemoryError(): "3 not enough memory for this; no output is complete",
    KeyError("##[x"): (
        "4 a bug in winitgen, please report it with the layer-spec and the command: KeyError: '\\u0023#[x' "
        "(WINITGEN_TRACEBACK=1 shows where)"
    ),
}


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_failures_that_are_no_refusals(here: Winitgen, folder: Path, failure: BaseException) -> None:
    """What the system lacks, and bugs, end the work of a step as well."""
    code, _, message = FAILURES[failure].partition(" ")
    with mock.patch("winitgen.load.read_file", side_effect=failure):
        run = here("init", "m.yaml", "-o", "w.npz", *GITHUB)

    assert (int(code), "", f"::error title=winitgen::{message}\n") == run


@pytest.mark.parametrize(
    ("call", "style"),
    [
        (["plan", "m", "--error-format", "github"], "github"),
        (["plan", "--error-format=github", "m"], "github"),
        (["plan", "--error-format=github", "--error-format", "text"], "text"),
        (["plan", "--error-format", "nix"], "text"),
        (["plan", "m", "--error-format"], "text"),
        (["plan", "--", "--error-format", "github"], "text"),
        ([], "text"),
    ],
)
def test_styles(call: list[str], style: str) -> None:
    """The last value counts, and none behind two hyphens."""
    assert style == style_of(call)


PLACES = {
    ("jobs/net", ".", "m.yaml"): "jobs/net/m.yaml",
    ("jobs/net", ".", "./m.yaml"): "jobs/net/m.yaml",
    (".", ".", "jobs/net/m.yaml"): "jobs/net/m.yaml",
    ("jobs", ".", "../jobs/net/m.yaml"): "jobs/net/m.yaml",
    ("jobs/net", "elsewhere", "m.yaml"): "m.yaml",
    ("jobs/net", "", "m.yaml"): "m.yaml",
    ("jobs/net", "none", "m.yaml"): "m.yaml",
    ("jobs/net", "jobs/ne", "m.yaml"): "m.yaml",
}


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_annotations_name_the_file_from_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: tuple[str, str, str]
) -> None:
    """A step with a working directory names its files from there, and GitHub from the folder of the repository."""
    folder, workspace, file = place
    (tmp_path / "jobs" / "net").mkdir(parents=True)
    for name in ("elsewhere", "jobs/ne"):
        (tmp_path / name).mkdir()
    (tmp_path / "jobs" / "net" / "m.yaml").write_text("input: 3\nlayers: [{type: dence, units: 2}]\n")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / workspace) if workspace else "")
    run = run_here("plan", file, *GITHUB, cwd=tmp_path / folder)

    message = "layers[0].type: unknown layer type 'dence'; did you mean 'dense'?"
    assert (2, "", f"::error file={PLACES[place]},line=2,col=17,title=winitgen::{message}\n") == run
    assert f"{file}:2:17: {message}\n" == run_here("plan", file, cwd=tmp_path / folder).err


def test_standard_input_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no file keeps its name."""
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    run = run_here("plan", "none.yaml", *GITHUB, cwd=tmp_path)

    assert "::error title=winitgen::cannot read none.yaml: No such file or directory\n" == run.err
