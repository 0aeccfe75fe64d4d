"""A signal during a computation that takes much longer than a block: one orthogonal matrix, in the n^3 of its size."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT

pytestmark = pytest.mark.usefixtures("foreground")

BEGUN = """
import sys
import winitgen.drawing.whole.householder, winitgen.drawing.whole.sparse
owner = winitgen.drawing.whole.{owner}
real = owner.{function}
def told(*arguments):
    print("begun", file=sys.stderr, flush=True)
    owner.{function} = real
    return real(*arguments)
owner.{function} = told
"""
"""Says on standard error that the computation begins."""

RUN = "from winitgen.cli import main\nmain(sys.argv[1:])\n"

SIZE = 6_000
"""Rows and columns."""

SORTED = 12_000
"""Rows and columns of a sparse matrix, for which the choice of positions takes far less time."""

SOON = 3.0
"""Seconds within which a run ends; the computation of 6,000 x 6,000 elements takes over a minute."""


def spec_of(tmp_path: Path, scheme: str, size: int = SIZE) -> Path:
    """Write the spec of a model with one kernel."""
    path = tmp_path / "model.yaml"
    path.write_text(
        f"input: {size}\nlayers:\n  - {{name: fc, type: dense, units: {size}, use_bias: false, init: {scheme}}}\n"
    )
    return path


def interrupted(
    *args: str | Path,
    number: int = signal.SIGINT,
    owner: str = "householder",
    function: str = "orthonormalize",
    wait: float = 0.7,
) -> tuple[int, float, bytes]:
    """Run winitgen, send a signal once the computation has begun; return its exit code, the seconds until then, and messages."""
    code = BEGUN.format(owner=owner, function=function) + RUN
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    with process:
        try:
            assert process.stderr.readline() == b"begun\n"
            time.sleep(wait)
            sent = time.monotonic()
            process.send_signal(number)
            code_of_exit = process.wait(timeout=20)
            return code_of_exit, time.monotonic() - sent, process.stderr.read()
        finally:
            process.kill()


@pytest.mark.parametrize("threads", ["1", "2"])
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_init_ends_in_the_middle_of_a_matrix(tmp_path: Path, number: int, code: int, threads: str) -> None:
    """Whichever thread computes it, the run ends at once, quietly, and no file is left."""
    spec = spec_of(tmp_path, "orthogonal")

    ended, seconds, told = interrupted(
        "init", spec, "-o", tmp_path / "w.safetensors", "--threads", threads, number=number
    )

    assert (code, b"") == (ended, told)
    assert seconds < SOON
    assert [spec] == list(tmp_path.iterdir())


def test_a_sparse_matrix_is_stopped_while_positions_are_chosen(tmp_path: Path) -> None:
    """Those of some rows at a time."""
    spec = spec_of(tmp_path, "{scheme: sparse, nonzeros: 7, direction: incoming}", SORTED)

    ended, seconds, told = interrupted(
        "init",
        spec,
        "-o",
        tmp_path / "w.safetensors",
        "--threads",
        "2",
        owner="sparse.Sparse",
        function="_words",
        wait=0.2,
    )

    assert (130, b"") == (ended, told)
    assert seconds < SOON
    assert [spec] == list(tmp_path.iterdir())


@pytest.mark.parametrize("threads", ["1", "2"])
def test_verify_ends_in_the_middle_of_a_matrix(tmp_path: Path, threads: str) -> None:
    """A file with the right header, whose values are zeros, but one, that take no room on the disk."""
    spec = spec_of(tmp_path, "orthogonal")
    file = tmp_path / "w.npy"
    head = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({SIZE}, {SIZE}), }}".ljust(117) + "\n"
    with file.open("wb") as written:
        written.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode())
        written.truncate(10 + len(head) + 4 * SIZE * SIZE)
        written.write(b"\0\0\x80\x3f")  # equal values are refused before anything is drawn

    ended, seconds, told = interrupted("verify", file, spec, "--threads", threads)

    assert (130, b"") == (ended, told)
    assert seconds < SOON


@pytest.mark.parametrize("threads", ["1", "2"])
def test_probe_ends_in_the_middle_of_a_matrix(tmp_path: Path, threads: str) -> None:
    """Its threads are waited for, and end soon."""
    ended, seconds, told = interrupted(
        "probe", spec_of(tmp_path, "orthogonal"), "--samples", "2", "--threads", threads
    )

    assert (130, b"") == (ended, told)
    assert seconds < SOON


def test_generate_ends_in_the_middle_of_a_matrix(tmp_path: Path) -> None:
    """The library's caller gets the `KeyboardInterrupt` at once."""
    spec = spec_of(tmp_path, "orthogonal")
    code = (
        "import winitgen\n"
        + BEGUN.format(owner="householder", function="orthonormalize")
        + f"try:\n    winitgen.generate({str(spec)!r})\n"
        + "except KeyboardInterrupt:\n    sys.exit(77)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    with process:
        try:
            assert process.stderr.readline() == b"begun\n"
            time.sleep(0.7)
            sent = time.monotonic()
            process.send_signal(signal.SIGINT)
            assert 77 == process.wait(timeout=20)
            assert time.monotonic() - sent < SOON
        finally:
            process.kill()
