"""Calls of the system that fail while a command reads and reports: true words, the right code, one line."""

from __future__ import annotations

import builtins
import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import h5py
import numpy as np
import pytest

from tests.cli.conftest import ROOT, Run
from tests.cli.in_process import run_here
from winitgen.files.sandbox.sandbox import TOO_MUCH

COMMANDS = (
    ("plan", "m.yaml"),
    ("inspect", "w.npz"),
    ("inspect", "z.npz", "--json"),
    ("inspect", "w.safetensors", "--digest"),
    ("inspect", "f/"),
    ("inspect", "w.h5"),
    ("inspect", "w.npy"),
    ("inspect", "s/", "--json"),
    ("diff", "w.npz", "w.safetensors"),
    ("diff", "f/", "s/"),
    ("verify", "w.npz"),
    ("verify", "w.safetensors", "m.yaml"),
    ("verify", "f/", "--json"),
    ("verify", "s/"),
    ("verify", "c.h5", "m.yaml"),
    ("verify", "w.safetensors", "m.yaml", "--statistics"),
    ("import", "w.npz"),
    ("import", "w.safetensors", "--fit"),
    ("probe", "m.yaml", "--samples", "2", "--input", "x.npy"),
    ("probe", "m.yaml", "--samples", "2", "--input", "x.csv"),
    ("init", "m.yaml", "-o", "w.npz", "--check"),
    ("init", "m.yaml", "-o", "f/", "--check"),
    ("init", "m.yaml", "-o", "s/", "--max-shard-size", "5KB", "--check"),
    ("finalize", "s/", "--check"),
)

ERRORS = (
    errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO, errno.ESTALE, errno.EACCES, errno.ETIMEDOUT, errno.ECHILD,
)  # fmt: skip

CALLS: dict[str, tuple[object, str]] = {
    "os.open": (os, "open"),
    "open": (builtins, "open"),
    "os.preadv": (os, "preadv"),
    "os.pread": (os, "pread"),
    "os.listdir": (os, "listdir"),
}
MEMORY: dict[str, tuple[object, str]] = {
    name: (np, name) for name in ("empty", "zeros", "frombuffer", "concatenate", "arange", "flatnonzero")
}


class Tried(NamedTuple):
    """One case: the command, the call of it that failed, and with what."""

    command: tuple[str, ...]
    call: str
    number: int
    error: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a spec, its weights in several formats, and samples."""
    path = tmp_path_factory.mktemp("failing")
    (path / "m.yaml").write_text(
        "model: m\ninput: 3\nlayers:\n  - {name: fc, type: dense, units: 400}\n  - {name: g, type: dense, units: 2}\n"
    )
    for out in ("w.npz", "w.safetensors", "w.h5", "f/"):
        assert 0 == run_here("init", "m.yaml", "-o", out, "-q", cwd=path).code
    size = ("--max-shard-size", "5KB")
    assert 0 == run_here("init", "m.yaml", "-o", "s/", "-q", *size, cwd=path).code
    with np.load(path / "w.npz") as arrays:
        np.savez_compressed(path / "z.npz", **arrays)
        np.save(path / "w.npy", arrays["fc.weight"])
        with h5py.File(path / "c.h5", "w") as file:
            for name in arrays.files:
                file.create_dataset(name, data=arrays[name], compression="gzip")
    np.save(path / "x.npy", np.ones((2, 3)))
    (path / "x.csv").write_text("1,2,3\n4,5,6\n")
    return path


@contextmanager
def failing(module: Any, name: str, number: int, error: BaseException) -> Iterator[list[int]]:
    """Let one call of a function by winitgen's own code fail; give the number of its calls."""
    real: Callable[..., Any] = getattr(module, name)
    calls = [0]

    def call(*arguments: Any, **options: Any) -> Any:
        by = sys._getframe(1).f_globals.get("__name__", "")
        if by.startswith("winitgen.") and not str(arguments[:1]).count("/dev/null"):
            calls[0] += 1
            if calls[0] == number:
                raise error
        return real(*arguments, **options)

    with mock.patch.object(module, name, call):
        yield calls


def cases(folder: Path, errors: tuple[int, ...], most: int) -> Iterator[tuple[Tried, Run]]:
    """Yield every case with how it ended: the first calls fail with each of the errors."""
    for command in COMMANDS:
        for call, (module, name) in {**CALLS, **MEMORY}.items():
            with failing(module, name, 0, OSError()) as calls:
                assert 0 == run_here(*command, cwd=folder).code, command
            for number in range(1, min(calls[0], most) + 1):
                for code in errors if call in CALLS else (0,):
                    error = OSError(code, os.strerror(code)) if code else MemoryError()
                    with failing(module, name, number, error):
                        run = run_here(*command, cwd=folder)
                    yield Tried(command, call, number, os.strerror(code) if code else "memory"), run


def complaint(tried: Tried, run: Run) -> str:
    """Return what is wrong with the end of a run; nothing if it is right."""
    lines = run.err.splitlines()
    if (tried.call, run.code) == ("os.listdir", 0) and (
        tried.command[0] == "init" or tried.error == os.strerror(errno.EACCES)
    ):
        return ""  # what an interrupted run has left is not reported then; what stands beside an index is noted as unread
    if len(lines) != 1:
        return "not one line"
    if tried.error == "memory":
        ending = (
            "" if tried.command[0] in {"plan", "inspect", "diff", "verify"} else "; no output is complete"
        )
        right = (3, f"winitgen: not enough memory for this{ending}") == (run.code, lines[0])
        # The process that reads HDF5 has little memory.
        right |= run.code == 2 and lines[0].endswith(TOO_MUCH)
        return "" if right else "memory is not told"
    if any(word in lines[0] for word in ("damaged", "bug", "standard output", "not written by", "differ")):
        return "said of something else"
    if not lines[0].startswith("winitgen: cannot read ") or not lines[0].endswith(tried.error):
        return "other words"
    return "" if run.code == 2 else "another code"


def check(folder: Path, errors: tuple[int, ...], most: int) -> int:
    """Check cases, and return how many there are."""
    tried = list(cases(folder, errors, most))
    assert [] == [(case, why, run) for case, run in tried if (why := complaint(case, run))]
    return len(tried)


def test_every_failing_call_has_true_words(folder: Path) -> None:
    """A failing call ends a command with `cannot read`, the file, the reason, and 2; too little memory with 3."""
    assert 150 <= check(folder, (errno.EMFILE,), 2)


@pytest.mark.slow
def test_more_failing_calls(folder: Path) -> None:
    """The first four calls, each with eight errors."""
    assert 1000 <= check(folder, ERRORS, 4)


LIMITED = (
    "plan m.yaml",
    "inspect w.npz",
    "inspect z.npz",
    "verify w.safetensors",
    "verify f/",
    "probe m.yaml --samples 2",
)
LIMITS = (
    *(f"-n {count}" for count in (6, 7, 8, 10)),
    *(f"-v {1000 * size}" for size in (60, 90, 130, 180, 240, 320)),
)

OF_OTHERS = ("Fatal Python error", "OpenBLAS error")
"""What Python and NumPy's library print before they end the process themselves."""


@pytest.mark.slow
@pytest.mark.parametrize("limit", LIMITS)
def test_limits_of_the_system(folder: Path, limit: str) -> None:
    """Under a limit on descriptors or on memory: done, or one true line; Python itself may fail to start."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    for command in LIMITED:
        line = f"ulimit {limit}; exec {sys.executable} -m winitgen {command}"
        run = subprocess.run(
            ["bash", "-c", line],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        lines = run.stderr.splitlines()
        if run.returncode == 0 or run.returncode < 0 or any(word in run.stderr for word in OF_OTHERS):
            continue
        assert run.returncode in (2, 3), (command, run)
        assert len(lines) == 1, (command, run)
        assert lines[0].startswith("winitgen"), (command, run)
        assert not any(word in lines[0] for word in ("damaged", "a bug", "standard output")), (command, run)
