"""The process of a library whose threads no copy of this one has: what it gets of this process, and what it does not."""

from __future__ import annotations

import json
import os
import sys
from functools import partial

import pytest

from winitgen.errors import UnreadableError
from winitgen.files.sandbox import spawned
from winitgen.files.sandbox.sandbox import Sandbox


def box(module: str, argument: str = "given") -> Sandbox:
    """Return a process that runs a module."""
    return Sandbox("folder", "is damaged", partial(spawned.spawned, module, argument), 0)


def test_what_it_gets() -> None:
    """It has its argument, the places of modules, and no descriptor but its pipes; what it prints goes nowhere."""
    held = os.open(os.devnull, os.O_RDONLY)
    os.set_inheritable(held, True)
    process = box("tests.files.spawned_work", "\udc80 given")
    parts: list[bytes] = []
    process.ask([1, "two"], parts.append)
    process.close()
    os.close(held)
    request, argument, descriptors, links, path, arenas = json.loads(b"".join(parts))

    assert ([1, "two"], "\udc80 given", sys.path, "1") == (request, argument, path, arenas)
    assert ([0, 1, 2, 3, 4], [os.devnull] * 3) == (descriptors, links)


def test_a_module_that_fails(capfd: pytest.CaptureFixture[str]) -> None:
    """A process that ends before it answers is no crash of the library, and says nothing on standard error."""
    with pytest.raises(UnreadableError) as caught:
        box("no.such.module").ask([], print)

    assert "folder needs more memory or time than is given to a file that may be hostile" == str(caught.value)
    assert ("", "") == capfd.readouterr()


def test_no_descriptor_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that cannot be started leaves no pipe open, and the system's error passes."""
    before = os.listdir("/proc/self/fd")
    monkeypatch.setattr("multiprocessing.spawn.get_executable", lambda: "/no/python")
    with pytest.raises(FileNotFoundError):
        box("tests.files.spawned_work")

    assert len(before) == len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize(("name", "value"), [("frozen", True), ("executable", ""), ("executable", None)])
def test_a_program_that_is_no_python(name: str, value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that was packed into one file would start itself, so that no process is started."""
    assert spawned.can_start()
    monkeypatch.setattr(sys, name, value, raising=False)
    assert not spawned.can_start()
