"""``--error-format github``: every error of a call is one annotation, and no pipeline obeys a part of it."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

from tests.cli.conftest import Winitgen
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
