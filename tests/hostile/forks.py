"""The command line as many short processes, each forked from one that has imported everything.

``python -m tests.hostile.forks`` reads calls from standard input and writes how they ended; `run_all`
is the function for tests.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]


class Run(NamedTuple):
    """How one call ended: its exit code, its output, its processor time in seconds, and its memory in MiB."""

    code: int
    out: bytes
    err: bytes
    seconds: float
    memory: float


def run_all(calls: list[tuple[list[str], Path]], limits: tuple[int, int] | None = None) -> list[Run]:
    """Run ``winitgen`` with each list of arguments in its folder, one after the other.

    ``limits`` are the seconds of processor time and the bytes of memory of each.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.forks", *map(str, limits or ())],
        input=json.dumps([[args, str(cwd)] for args, cwd in calls]).encode(),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=600,
    )
    runs = json.loads(done.stdout)
    return [Run(code, out.encode("latin-1"), err.encode("latin-1"), *rest) for code, out, err, *rest in runs]


def _fork(args: list[str], cwd: str) -> Any:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            _become(args, cwd, out.fileno(), err.fileno())
        _, status, usage = os.wait4(child, 0)
        out.seek(0)
        err.seek(0)
        texts = out.read().decode("latin-1"), err.read().decode("latin-1")
    return os.waitstatus_to_exitcode(status), *texts, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def _become(args: list[str], cwd: str, out: int, err: int) -> None:
    """Turn this process into a call of the command line; it does not return."""
    from winitgen.cli import main

    code = 99
    try:
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.chdir(cwd)
        main(args)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 98
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _serve() -> None:
    import h5py  # noqa: F401  # what calls would import, each anew
    import numpy as np  # noqa: F401
    import ruamel.yaml  # noqa: F401

    from winitgen import (
        api,  # noqa: F401
    )
    from winitgen.cli.commands import init, plan  # noqa: F401
    from winitgen.report import html, markdown  # noqa: F401

    if len(sys.argv) == 3:
        seconds, memory = map(int, sys.argv[1:])
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    calls = json.loads(sys.stdin.buffer.read())
    runs = [_fork(args, cwd) for args, cwd in calls]
    sys.stdout.write(json.dumps(runs))


if __name__ == "__main__":
    _serve()
