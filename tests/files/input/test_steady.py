"""Files that another program changes while they are read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from winitgen.errors import DiffersError, UnreadableError
from winitgen.files.input import open_weights, steady
from winitgen.files.input.opening import opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file of values."""
    np.save(tmp_path / "w.npy", np.arange(5000, dtype=np.float32))
    return tmp_path / "w.npy"


def rewrite(path: Path) -> None:
    """Change a few bytes in place."""
    with open(path, "r+b") as file:
        file.seek(-8, os.SEEK_END)
        file.write(b"\1\2\3\4")


def rewrite_secretly(path: Path) -> None:
    """Change a few bytes and set the time back."""
    before = path.stat()
    rewrite(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def grow(path: Path) -> None:
    """Append to the file."""
    with open(path, "ab") as file:
        file.write(b"more")


CHANGES = (rewrite, rewrite_secretly, grow, Path.touch, lambda path: os.truncate(path, 300))


def replace(path: Path) -> None:
    """Let another file take the name."""
    other = path.with_name("other")
    other.write_bytes(bytes(path.stat().st_size))
    other.replace(path)


HARMLESS = (
    replace,
    Path.unlink,
    Path.read_bytes,
    lambda path: path.rename(path.with_name("elsewhere")),
    lambda path: path.chmod(0o600),
    lambda path: os.link(path, path.with_name("link")),
    lambda path: os.utime(path, ns=(1, path.stat().st_mtime_ns)) or path.chmod(0o640),
)


@pytest.mark.parametrize("change", CHANGES)
def test_changed(path: Path, change: Callable[[Path], object]) -> None:
    """A change is told at the end, whatever was read before it."""
    with pytest.raises(UnreadableError) as caught, open_weights(path) as weights:  # noqa: PT012
        weights.tensors[0].read(0, 5000)
        change(path)

    assert str(caught.value) == f"{path} changed while it was read"


@pytest.mark.parametrize("change", HARMLESS)
def test_unchanged(path: Path, change: Callable[[Path], object]) -> None:
    """What leaves the bytes of an open file alone is no change of it."""
    with open_weights(path) as weights:
        change(path)

        assert list(range(5000)) == weights.tensors[0].read(0, 5000).tolist()


@pytest.mark.parametrize("found", [DiffersError("w.npy differs"), UnreadableError("w.npy is damaged")])
def test_a_finding_about_a_changed_file_is_none(path: Path, found: Exception) -> None:
    """What was found of a mixture of two states is not said; of a file that stayed as it was it is."""
    with pytest.raises(UnreadableError) as caught, open_weights(path):  # noqa: PT012
        rewrite(path)
        raise found

    assert str(caught.value) == f"{path} changed while it was read"
    assert caught.value.__context__ is found

    with pytest.raises(type(found)) as same, open_weights(path):
        raise found

    assert same.value is found


def test_cut_off(path: Path) -> None:
    """A file that ends too early says that, which is more than that it changed."""
    with pytest.raises(UnreadableError) as caught, open_weights(path) as weights:  # noqa: PT012
        os.truncate(path, 300)
        weights.tensors[0].read(0, 5000)

    assert str(caught.value) == f"{path} ended while it was being read"


def test_other_errors_pass(path: Path) -> None:
    """An interruption is not turned into anything else."""
    with pytest.raises(KeyboardInterrupt), open_weights(path):  # noqa: PT012
        rewrite(path)
        raise KeyboardInterrupt


def test_a_tick_is_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was written in the tick of the clock that still lasts is read in the next one."""
    now = path.stat().st_ctime_ns
    ticks = [now, now, now, now + 4_000_000]
    waits: list[float] = []
    monkeypatch.setattr(time, "clock_gettime_ns", lambda number: ticks.pop(0))
    monkeypatch.setattr(time, "sleep", waits.append)
    with path.open("rb") as file:
        assert steady.settled_state(file.fileno()).changed == now

    assert ([], [0.0005] * 3) == (ticks, waits)


@pytest.mark.parametrize("delay", [0, 0.0002, 0.001])
def test_changes_in_one_tick_of_the_clock(tmp_path: Path, delay: float) -> None:
    """A file is written, opened and changed so fast that the system might give both changes one time."""
    path = tmp_path / "fast"
    for number in range(50):
        path.write_bytes(b"a" * 10)
        time.sleep(delay)
        with pytest.raises(UnreadableError) as caught, opened(str(path)) as file:  # noqa: PT012
            file.read()
            with open(path, "r+b") as other:
                other.write(b"%010d" % number)

        assert str(caught.value) == f"{path} changed while it was read"


def test_a_clock_that_stands_still_is_not_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share may have the time of another machine; the wait ends all the same."""
    monkeypatch.setattr(time, "clock_gettime_ns", lambda number: path.stat().st_mtime_ns)
    begin = time.monotonic()
    with path.open("rb") as file:
        os.utime(path, ns=(0, time.time_ns() + 10**9))
        steady.settled_state(file.fileno())

    assert 0.015 < time.monotonic() - begin < 5
