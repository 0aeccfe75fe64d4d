"""Whole arrays that several threads compute: as many as are allowed, which no value tells, and all of them can be stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from itertools import count
from pathlib import Path

import pytest

from tests.kernel_paths import drawn_by
from winitgen.drawing import keystream
from winitgen.drawing.whole import householder
from winitgen.drawing.whole.orthogonal import Orthogonal
from winitgen.numeric.stopping import WorkStopped, stoppable
from winitgen.numeric.threads import allowing
from winitgen.numeric.workers import Workers

ROOT = Path(__file__).parents[3]
KEY = keystream.key(3, "w/kernel")
TALL, WIDE = Orthogonal(2, 330, 293, 1.5), Orthogonal(1, 75, 101, 0.5)

MEASURED = """
import sys
from winitgen.drawing.whole.orthogonal import Orthogonal

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024

law, key = Orthogonal(1, 1536, 1536, 1.0), bytes(16)
Orthogonal(1, 64, 64, 1.0).array(key, "float32")
before = peak()
law.array(key, "float32")
print(peak() - before)
"""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Share even small matrices; return the list of how many threads are asked for."""
    found: list[int] = []

    class Noted(Workers):
        def __init__(self, threads: int = 1) -> None:
            found.append(threads)
            super().__init__(threads)

    monkeypatch.setattr(householder, "_WORTH_THREADS", 0)
    monkeypatch.setattr(householder, "Workers", Noted)
    return found


@pytest.mark.parametrize("law", [TALL, WIDE], ids=["tall", "wide"])
def test_threads_change_nothing(law: Orthogonal, asked: list[int]) -> None:
    """C and NumPy, in one thread or several, give the same bits; only as many take part as are allowed."""
    found = set()
    for path, threads in (("c", 1), ("c", 2), ("c", 5), ("numpy", 3)):
        with drawn_by(path), allowing(threads):
            found.add(law.array(KEY, "float32").tobytes())

    assert 1 == len(found)
    assert [threads for threads in (1, 2, 5, 3) for _ in range(law.matrices)] == asked


@pytest.mark.parametrize("path", ["c", "numpy"])
@pytest.mark.parametrize("most", [4, 15], ids=["of reflectors", "of columns"])
def test_all_threads_are_stopped(path: str, most: int, asked: list[int]) -> None:
    """The threads that help ask what the calling one asks, end, and none is left."""
    looks, before = count(), threading.active_count()

    with drawn_by(path), allowing(2), stoppable(lambda: next(looks) >= most), pytest.raises(WorkStopped):
        TALL.array(KEY, "float32")

    assert [2] == asked
    assert before == threading.active_count()


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="the peak stands in /proc")
def test_memory() -> None:
    """A matrix takes its own memory, its reflectors in float64, and a few megabytes: no other copy of it."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    assert int(done.stdout) < 1536**2 * (4 + 8) + 12 * 2**20
