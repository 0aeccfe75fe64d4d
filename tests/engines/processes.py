"""Whole runs of ``winitgen init --engine``, and the processes that belong to one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests.needed import missing

ROOT = Path(__file__).parents[2]
LIMIT = ("--max-shard-size", "7KB")

LONG = "model: long\ninput: 400\ndefaults: {init: orthogonal, use_bias: false}\nlayers:\n" + "".join(
    f"  - {{name: w{number:02d}, type: dense, units: 400}}\n" for number in range(24)
)
"""Twenty-four shards of 640 KB that take about a tenth of a second each."""


def needed(package: str, extra: str) -> None:
    """Skip the test if a package is missing, or fail it where CI is true."""
    if find_spec(package) is None:
        missing(package, f"install it with: pip install -e '.[{extra}]'")


def start(model: Path, out: Path | str, *options: str, **environment: str) -> subprocess.Popen[str]:
    """Start a run into a folder, or into that of a store."""
    return subprocess.Popen(
        [sys.executable, "-m", "winitgen", "init", str(model), "-o", f"{out}/", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=model.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


def finished(run: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Return the exit code and the output of a run."""
    out, err = run.communicate(timeout=300)
    return run.returncode, out, err


def below(parent: int) -> list[tuple[int, str]]:
    """Return the processes that a process has started, directly or not, and their command lines."""
    found: dict[int, list[tuple[int, str]]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text().rpartition(")")[2].split()
            command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has ended
            continue
        found.setdefault(int(fields[1]), []).append((int(path.name), command))
    result = list(found.get(parent, []))
    for number, _ in result:  # which grows
        result += found.get(number, [])
    return result


def kill_one(run: subprocess.Popen[str], out: Path, is_worker: Callable[[str], bool]) -> int:
    """Kill a worker of a run as soon as there is a shard; return the number of shards at that time."""
    for _ in range(3000):
        shards = len(list(out.glob("*.safetensors")))
        workers = [number for number, command in below(run.pid) if is_worker(command)]
        if shards and workers:
            os.kill(workers[0], signal.SIGKILL)
            return shards
        assert run.poll() is None, run.communicate()
        time.sleep(0.01)
    raise AssertionError("no shard came")


@contextmanager
def running(*command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process of a cluster until the end of the block."""
    with subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        cwd="/",  # else this winitgen is found there first
    ) as process:
        try:
            yield process
        finally:
            process.terminate()  # it ends those that it has started
            process.wait(60)


def free_port() -> int:
    """Return a port that nobody listens to."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until somebody listens to a port."""
    for _ in range(600):
        with socket.socket() as found:
            if found.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nobody listens to {port}")
