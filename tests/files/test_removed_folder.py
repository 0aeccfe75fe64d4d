"""A working folder that was removed: the message says so, and not only that something is not there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import winitgen
from winitgen.errors import OutputError, UnreadableError, WinitgenError

SPEC = {"layers": [{"name": "a", "type": "dense", "inputs": 2, "units": 3}]}
ROOT = Path(__file__).parents[2]
REMOVED = "the working folder was removed; change to another one"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps the folder")


@pytest.fixture
def gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder that is removed; return the one that held it."""
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    return tmp_path


CALLS: list[tuple[Callable[[], object], type[WinitgenError], str]] = [
    (lambda: winitgen.write(SPEC, "w.npz"), OutputError, "cannot write w.npz"),
    (lambda: winitgen.write(SPEC, "w/"), OutputError, "cannot write w/"),
    (lambda: winitgen.write(SPEC, "w/", max_shard_size="1KB"), OutputError, "cannot write w/"),
    (lambda: winitgen.inspect("w.npz"), UnreadableError, "cannot read w.npz"),
]


@pytest.mark.parametrize(("call", "kind", "what"), CALLS, ids=[what for *_, what in CALLS])
def test_relative_paths(gone: Path, call: Callable[[], object], kind: type[WinitgenError], what: str) -> None:
    """Nothing can be written or read there."""
    with pytest.raises(kind) as caught:
        call()

    assert str(caught.value) == f"{what}: {REMOVED}, or name an absolute path"


def test_a_base(gone: Path) -> None:
    """The output is compared with the base before anything is read."""
    base = gone / "base.npz"
    winitgen.write(SPEC, base)
    with pytest.raises(OutputError) as caught:
        winitgen.write(SPEC, "w.npz", base=base, only=["a.bias"])

    assert str(caught.value) == f"cannot write w.npz: {REMOVED}, or name an absolute path"


def test_absolute_paths(gone: Path) -> None:
    """They can be written and read from anywhere."""
    winitgen.write(SPEC, gone / "w.npz")

    assert "verified" == winitgen.verify(gone / "w.npz")["status"]


@pytest.mark.parametrize(
    ("out", "code", "message"),
    [
        ("w.npz", 3, f"winitgen: {REMOVED}; no output is complete\n"),
        ("{}/w.npz", 0, ""),
    ],
)
def test_the_command_line(tmp_path: Path, out: str, code: int, message: str) -> None:
    """A relative output is refused, an absolute one written."""
    (tmp_path / "gone").mkdir()
    (tmp_path / "m.yaml").write_text("layers: [{name: a, type: dense, inputs: 2, units: 3}]\n")
    call = f'cd gone && rmdir ../gone && exec "$0" -m winitgen init {tmp_path}/m.yaml -q -o {out.format(tmp_path)}'
    run = subprocess.run(
        ["sh", "-c", call, sys.executable],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (code, message) == (run.returncode, run.stderr)
