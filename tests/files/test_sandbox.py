"""The process in which a native library runs: what it says, how it ends, and what does not count against it."""

from __future__ import annotations

import errno
import faulthandler
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import winitgen
from winitgen.errors import UnreadableError
from winitgen.files.sandbox import frames, sandbox, served, watched
from winitgen.files.sandbox.sandbox import Sandbox

WORDS = "is not an HDF5 file, or is damaged"
DAMAGED = f"w.h5 {WORDS}"
TOO_MUCH = "w.h5 needs more memory or time than is given to a file that may be hostile"


def boxed(work: Any) -> Sandbox:
    """Return a process that does some work."""
    return Sandbox("w.h5", WORDS, partial(served.forked, work, 0), 0)


@pytest.fixture
def ask() -> Iterator[Callable[..., Any]]:
    """Return a function that lets a process do some work and returns the parts of the answer, or the refusal."""
    boxes: list[Sandbox] = []

    def asked(work: Any, request: Any = None, look: Callable[[int], object] | None = None) -> Any:
        boxes.append(boxed(work))
        parts: list[bytes] = []
        if look is not None:
            threading.Thread(target=look, args=(boxes[-1]._child,), daemon=True).start()
        try:
            boxes[-1].ask(request, parts.append)
        except UnreadableError as error:
            return str(error)
        return parts

    yield asked
    for box in boxes:
        box.close()


def _parts(request: Any) -> Iterator[bytes]:
    yield b"a"
    yield b""
    yield b"b" * 3_000_000
    yield str(request).encode()


def _crash(_: Any) -> Iterator[bytes]:
    yield b"a"
    faulthandler.disable()
    os.kill(os.getpid(), signal.SIGSEGV)


def _raising(error: BaseException) -> Callable[[Any], Iterator[bytes]]:
    def work(_: Any) -> Iterator[bytes]:
        yield b""
        raise error

    return work


def _spin(_: Any) -> Iterator[bytes]:
    yield b""
    while True:
        pass


def _sleep(_: Any) -> Iterator[bytes]:
    yield b""
    time.sleep(600)


def test_an_answer_arrives_whole(ask: Callable[..., Any]) -> None:
    """All parts arrive, in order and of any length; an empty one is no part of the answer."""
    assert [b"a", b"b" * 3_000_000, b"[1, 'two']"] == ask(_parts, [1, "two"])


def test_one_request_after_another() -> None:
    """The same process answers all requests, also after a refusal in words of its own."""

    def work(request: int) -> Iterator[bytes]:
        if request == 2:
            raise UnreadableError("\udc80 is refused")
        yield str((request, os.getpid())).encode()

    box = boxed(work)
    parts: list[bytes] = []
    box.ask(1, parts.append)
    with pytest.raises(UnreadableError) as caught:
        box.ask(2, parts.append)
    child = box._child
    box.ask(3, parts.append)
    box.close()

    assert str(caught.value) == r"\udc80 is refused"
    assert [str((1, child)).encode(), str((3, child)).encode()] == parts
    with pytest.raises(ChildProcessError):
        os.waitpid(child, os.WNOHANG)
    with pytest.raises(UnreadableError, match=r"^w\.h5 is closed$"):
        box.ask(4, parts.append)


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (_crash, DAMAGED),
        (_raising(ValueError("odd")), DAMAGED),
        (_raising(RuntimeError("Can't decode message")), DAMAGED),
        (_raising(OSError("Can't open object")), DAMAGED),
        (_raising(MemoryError()), TOO_MUCH),
    ],
    ids=["crash", "ValueError", "RuntimeError", "OSError", "MemoryError"],
)
def test_what_the_library_meets(work: Any, message: str, ask: Callable[..., Any]) -> None:
    """What is wrong with a file is damage; a lack of memory is not."""
    assert message == ask(work)


def test_a_fault_of_the_system_is_told_as_itself() -> None:
    """A read that fails has the system's own number and words."""
    box = boxed(_raising(served.SystemFault(errno.EIO)))
    with pytest.raises(OSError, match=r"^\[Errno 5\] Input/output error$"):
        box.ask(None, print)
    box.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_others_end_is_not_damage(number: int, ask: Callable[..., Any]) -> None:
    """The system that ends a process for lack of memory says nothing about the file."""
    assert TOO_MUCH == ask(_sleep, look=lambda child: (time.sleep(0.2), os.kill(child, number)))


@pytest.mark.parametrize("work", [_spin, _sleep], ids=["busy", "idle"])
def test_a_hang_is_ended(work: Any, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Work without progress is ended, whether it takes the processor or not, and its process is gone."""
    monkeypatch.setattr(watched, "SECONDS", 0.2)
    monkeypatch.setattr(watched, "LOOKS", 5)
    monkeypatch.setattr(sandbox, "_WAIT", 0.05)
    children: list[int] = []

    assert TOO_MUCH == ask(work, look=children.append)
    with pytest.raises(ChildProcessError):
        os.waitpid(children[0], os.WNOHANG)


@pytest.mark.parametrize("times", [0.0, 0.1])
def test_slow_work_that_goes_on(
    times: float, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The processor time counts for each step, not for all of them."""
    monkeypatch.setattr(watched, "SECONDS", 0.4)
    monkeypatch.setattr(sandbox, "_WAIT", 0.05)

    def work(_: Any) -> Iterator[bytes]:
        for _ in range(10):
            until = time.process_time() + times
            while time.process_time() < until:
                pass
            yield b""
        yield b"done"

    assert [b"done"] == ask(work)


def test_a_stopped_process_is_not_hung(ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is stopped, or gets no processor, far longer than it may be busy or idle, is waited for."""
    monkeypatch.setattr(watched, "SECONDS", 0.2)
    monkeypatch.setattr(watched, "LOOKS", 5)
    monkeypatch.setattr(sandbox, "_WAIT", 0.02)

    def work(_: Any) -> Iterator[bytes]:
        for number in range(20):
            time.sleep(0.02)
            yield str(number).encode()

    def look(child: int) -> None:
        for _ in range(5):
            os.kill(child, signal.SIGSTOP)
            time.sleep(0.4)
            os.kill(child, signal.SIGCONT)
            time.sleep(0.03)

    assert [str(number).encode() for number in range(20)] == ask(work, look=look)


def test_a_process_that_has_no_descriptor_of_others(ask: Callable[..., Any]) -> None:
    """It holds no pipe of the other process, which ends for its reader when that one closes it."""

    def work(_: Any) -> Iterator[bytes]:
        yield b"started"
        time.sleep(600)

    reader, writer = os.pipe()
    box = boxed(work)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(box.ask, None, print)
        time.sleep(0.2)
        os.close(writer)

        assert os.read(reader, 1) == b""
        os.close(reader)
        os.kill(box._child, signal.SIGKILL)
        assert TOO_MUCH == str(waiting.exception())


def test_no_descriptor_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pipes are closed if the process cannot be started, and the system's error passes."""
    before = os.listdir("/proc/self/fd")

    def fork() -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fork)
    with pytest.raises(OSError, match="Resource temporarily unavailable"):
        boxed(_parts)

    assert len(before) == len(os.listdir("/proc/self/fd"))


def test_too_long_a_frame_is_damage() -> None:
    """A process that a file has taken over cannot fill the memory of the other."""
    found = frames.Frames()
    found.add(b"=" + (1 << 31).to_bytes(4, "little"))

    assert frames.Frame(frames.DAMAGE) == found.next()


SMALL = {"input": 3, "layers": [{"name": "fc", "type": "dense", "units": 2}]}
INSPECT = """
import os, signal, sys, threading, time
sys.path[:0] = {path!r}
import winitgen
def reap():
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            time.sleep(0.0005)
if sys.argv[2] == "ignored":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
else:
    threading.Thread(target=reap, daemon=True).start()
for _ in range(30):
    winitgen.inspect(sys.argv[1])
    winitgen.verify(sys.argv[1])
print("read")
"""


@pytest.mark.parametrize("kind", ["ignored", "reaped"])
def test_children_that_others_wait_for(kind: str, tmp_path: Path) -> None:
    """A parent that ignores its children's ends, or a thread that waits for all of them, changes nothing."""
    winitgen.write(SMALL, tmp_path / "w.h5", fsync=False)
    code = INSPECT.format(path=sys.path)
    command = [sys.executable, "-c", code, str(tmp_path / "w.h5"), kind]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    assert (run.stdout, run.stderr) == ("read\n", "")


def test_lack_of_descriptors_is_told_as_itself(tmp_path: Path) -> None:
    """Where no pipe can be made, the file is not called damaged."""
    winitgen.write(SMALL, tmp_path / "w.h5", fsync=False)
    winitgen.inspect(tmp_path / "w.h5")  # everything is imported
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 2, hard))
    try:
        with pytest.raises(UnreadableError) as caught:
            winitgen.inspect(tmp_path / "w.h5")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert str(caught.value) == f"cannot read {tmp_path}/w.h5: Too many open files"
