"""The call stack from the command's function to the system call that writes: few frames, each with its own name."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from itertools import dropwhile
from pathlib import Path
from types import FrameType

import pytest

from winitgen.cli import group

ROOT = Path(__file__).parents[2]
MOST = 6
"""Functions of winitgen between the command's own and the system call."""

MOST_WITH_THREADS = MOST + 2


def functions(frame: FrameType | None) -> Iterator[str]:
    """Yield the names of winitgen's functions that are running, innermost first, up to the command's own."""
    while frame is not None:
        if frame.f_code.co_filename.startswith(str(ROOT / "winitgen")):
            if frame.f_code.co_name == "command":
                return
            yield frame.f_code.co_name
        frame = frame.f_back


def stacks(monkeypatch: pytest.MonkeyPatch, *args: str) -> set[tuple[str, ...]]:
    """Run ``winitgen init`` and return each call stack of ``os.pwrite``; a thread's follows the stack that started it."""
    found = set()
    pwrite, main = os.pwrite, threading.main_thread()

    def noted(fd: int, content: bytes, offset: int) -> int:
        stack = [*functions(sys._getframe(1))]
        if threading.current_thread() is not main:
            waiting = functions(sys._current_frames()[main.ident or 0])
            stack += dropwhile(
                lambda name: name == "start", waiting
            )  # it may start other threads before it waits
        found.add(tuple(stack[::-1]))
        return pwrite(fd, content, offset)

    monkeypatch.setattr(os, "pwrite", noted)
    group.main(["init", *args, "-q"], standalone_mode=False)
    print(*found, sep="\n")
    return found


@pytest.mark.parametrize("name", ["w.safetensors", "w.npz", "w.npy", "w.h5", "w/"])
def test_a_small_file_needs_few_frames(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are six frames, in every format and for every byte of a file."""
    found = stacks(monkeypatch, str(ROOT / "specs/mlp.yaml"), "-o", f"{tmp_path}/{name}")

    assert found
    assert [] == [stack for stack in found if len(stack) > MOST]
    assert [] == [stack for stack in found if len(set(stack)) < len(stack)]


@pytest.mark.parametrize("threads", ["1", "2"])
def test_a_large_file_needs_two_frames_more(
    threads: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads add two frames; starting to write to the disk early adds none."""
    spec, out = ROOT / "tests/faults/large.yaml", tmp_path / "w.safetensors"
    found = stacks(monkeypatch, str(spec), "-o", str(out), "--threads", threads)

    most = MOST if threads == "1" else MOST_WITH_THREADS
    assert most == max(map(len, found))
    assert [] == [stack for stack in found if len(set(stack)) < len(stack)]
