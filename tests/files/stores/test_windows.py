"""Reading ahead: which ranges are fetched, and how many are held."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from winitgen.files.stores import windows
from winitgen.files.stores.windows import Windows

CONTENT = bytes(range(256)) * 4


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Return the ranges that are fetched from now on, in windows of 100 bytes."""
    monkeypatch.setattr(windows, "WINDOW", 100)
    return []


def reader(fetched: list[tuple[int, int]], size: int = len(CONTENT)) -> Windows:
    """Return the windows of an object whose fetched ranges are noted."""
    lock = threading.Lock()

    def fetch(start: int, stop: int) -> bytes:
        with lock:
            fetched.append((start, stop))
        return CONTENT[start:stop]

    return Windows(fetch, size)


def read(source: Windows, offset: int, count: int) -> bytes:
    """Read bytes."""
    buffer = bytearray(count)
    source.read_into(offset, memoryview(buffer))
    return bytes(buffer)


def test_the_next_windows_are_fetched_ahead(fetched: list[tuple[int, int]]) -> None:
    """A lone read fetches one window; a second one in order fetches the two after it too."""
    source = reader(fetched)

    assert read(source, 5, 90) == CONTENT[5:95]
    assert fetched == [(0, 100)]
    assert read(source, 95, 60) == CONTENT[95:155]
    assert {number for key, number in windows._held if key is source} == {0, 1, 2, 3}
    assert read(source, 155, 40) == CONTENT[155:195]
    assert read(source, 200, 200) == CONTENT[200:400]
    assert sorted(set(fetched)) == sorted(fetched)
    assert sorted(fetched)[:4] == [(0, 100), (100, 200), (200, 300), (300, 400)]


def test_not_past_the_end(fetched: list[tuple[int, int]]) -> None:
    """The last window is as short as the object."""
    source = reader(fetched, 250)

    assert read(source, 0, 250) == CONTENT[:250]
    assert sorted(fetched) == [(0, 100), (100, 200), (200, 250)]


def test_few_windows_are_held(fetched: list[tuple[int, int]]) -> None:
    """Of all objects together, twelve."""
    sources = [reader(fetched) for _ in range(5)]
    for source in sources:
        assert read(source, 0, 900) == CONTENT[:900]

    assert len(windows._held) == 12


def test_a_failure_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A range that could not be fetched is not kept."""
    tries = []

    def fetch(start: int, stop: int) -> bytes:
        tries.append(start)
        if len(tries) == 1:
            raise OSError(5, "no")
        return CONTENT[start:stop]

    source = Windows(fetch, 50)
    with pytest.raises(OSError, match="no"):
        read(source, 0, 50)

    assert read(source, 0, 50) == CONTENT[:50]


FORKED = """
import os, signal
from winitgen.files.stores import windows
with windows._lock:
    child = os.fork()
    if not child:
        signal.alarm(20)
        buffer = bytearray(3)
        windows.Windows(lambda start, stop: b"abc"[start:stop], 3).read_into(0, memoryview(buffer))
        os._exit(buffer != b"abc")
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_lock_that_another_thread_held_at_a_fork() -> None:
    """A forked child reads with a lock and threads of its own."""
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=True)

    assert ("0\n", "") == (done.stdout, done.stderr)
