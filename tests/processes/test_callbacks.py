"""What the caller's own function raises while a call is under way, and Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import winitgen

SPEC: dict[str, Any] = {"input": 300, "layers": [{"name": "fc", "type": "dense", "units": 500}]}
LARGE: dict[str, Any] = {"input": 2100, "layers": [{"name": "fc", "type": "dense", "units": 2000}]}


class OwnError(Exception):
    """An error of the program that calls."""


def raising(error: BaseException) -> Callable[..., None]:
    """Return a function that raises, whatever it is called with."""

    def progress(*_: object) -> None:
        raise error

    return progress


CALLS: dict[str, Callable[[Path, Callable[..., None]], object]] = {
    "write": lambda folder, progress: winitgen.write(SPEC, folder / "new.npz", progress=progress),
    "write HDF5": lambda folder, progress: winitgen.write(SPEC, folder / "new.h5", progress=progress),
    "write a folder": lambda folder, progress: winitgen.write(SPEC, f"{folder}/new/", progress=progress),
    "write shards": lambda folder, progress: winitgen.write(
        SPEC, f"{folder}/w.safetensors", max_shard_size="100KB", progress=progress
    ),
    "write in threads": lambda folder, progress: winitgen.write(
        LARGE, folder / "new.safetensors", threads=2, progress=progress
    ),
    "replace": lambda folder, progress: winitgen.write(
        SPEC, folder / "old.npz", seed=2, force=True, progress=progress
    ),
    "check": lambda folder, progress: winitgen.write(SPEC, folder / "old.npz", check=True, progress=progress),
    "verify": lambda folder, progress: winitgen.verify(folder / "old.npz", progress=progress),
    "inspect": lambda folder, progress: winitgen.inspect(folder / "old.npz", progress=progress),
    "convert": lambda folder, progress: winitgen.convert(
        folder / "old.npz", folder / "new.safetensors", progress=progress
    ),
    "diff": lambda folder, progress: winitgen.diff(folder / "old.npz", folder / "old.npz", progress=progress),
}
ERRORS = {
    "one of its own": OwnError("stop"),
    "of a value": ValueError("stop"),
    "of memory": MemoryError(),
    "of a file": OSError(5, "stop"),
    "of a missing file": FileNotFoundError(2, "stop"),
    "Ctrl-C": KeyboardInterrupt(),
    "the end": SystemExit(3),
    "of an iteration": StopIteration(),
    "of a loop of events": asyncio.CancelledError(),
    "of a generator": GeneratorExit(),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file, ``old.npz``."""
    winitgen.write(SPEC, tmp_path / "old.npz")
    return tmp_path


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("call", CALLS)
def test_what_a_function_of_the_caller_raises_passes_through(call: str, error: str, folder: Path) -> None:
    """The same error, no other one; no file is left, no thread goes on, and no descriptor stays open."""
    raised = ERRORS[error]
    before = (folder / "old.npz").read_bytes(), threading.active_count(), sorted(os.listdir("/proc/self/fd"))

    with pytest.raises(type(raised)) as caught:
        CALLS[call](folder, raising(raised))

    assert caught.value is raised
    assert ["old.npz"] == os.listdir(folder)
    after = (folder / "old.npz").read_bytes(), threading.active_count(), sorted(os.listdir("/proc/self/fd"))
    assert before == after


@pytest.fixture
def handler() -> Iterator[list[int]]:
    """A handler of Ctrl-C that the caller has set; it notes what it gets."""
    got: list[int] = []
    known = signal.signal(signal.SIGINT, lambda number, _: got.append(number))
    yield got
    signal.signal(signal.SIGINT, known)


@pytest.mark.parametrize("call", CALLS)
def test_a_handler_of_the_caller_stays_and_is_called(call: str, folder: Path, handler: list[int]) -> None:
    """Ctrl-C is for the caller to heed: the call goes on if its handler says nothing."""
    mine = signal.getsignal(signal.SIGINT)

    try:
        CALLS[call](folder, lambda *_: signal.raise_signal(signal.SIGINT))
    except winitgen.DiffersError:
        pytest.fail("the file is the one that was written")

    assert signal.getsignal(signal.SIGINT) is mine
    assert {signal.SIGINT} == {*handler}
