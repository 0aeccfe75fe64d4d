"""Runs of the command line in this process, through the streams and the exit codes of a real one."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from tests.cli.conftest import Run
from winitgen.cli import _run


def run_here(*args: str | Path, cwd: Path, encoding: str = "utf-8") -> Run:
    """Run ``winitgen`` with its arguments in a folder.

    Both streams have the encoding; unless that is UTF-8, each character that is returned stands for one of their bytes.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding, write_through=True) for _ in range(2))
    with _inside(cwd), mock.patch.object(sys, "stdout", out), mock.patch.object(sys, "stderr", err):
        code = _run([str(arg) for arg in args])
    read_as = "utf-8" if encoding == "utf-8" else "latin-1"
    texts = [stream.buffer.getvalue().decode(read_as) for stream in (out, err)]  # type: ignore[attr-defined]
    return Run(code, *texts)


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
