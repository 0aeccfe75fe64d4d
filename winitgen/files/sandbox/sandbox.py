"""Runs a library's native code on a file in another process: a damaged file may crash or hang it.

The process reads the file and sends what it finds; this process calls nothing of the library. It stays until the file is
closed, and answers one request after another.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any

assert sys.platform != "win32"  # it cannot fork; what follows is not checked for it

from winitgen.errors import UnreadableError  # noqa: E402
from winitgen.files.input.stored_array import DamagedValuesError  # noqa: E402
from winitgen.files.sandbox import frames  # noqa: E402
from winitgen.files.sandbox.frames import Frame, Frames  # noqa: E402
from winitgen.files.sandbox.requests import Started  # noqa: E402
from winitgen.files.sandbox.watched import Watch, seconds_for  # noqa: E402

_WAIT = 0.5
"""Seconds until the process is looked at, if it says nothing."""

_CRASHES = {
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS")
}


_CLOSED = "is closed"
TOO_MUCH = "needs more memory or time than is given to a file that may be hostile"


class Sandbox:
    """A process of its own for one file at ``path`` of ``size`` bytes, which ends when it is closed; ``start`` starts it.

    ``damaged`` is said behind the path of a file that the library cannot read.
    """

    def __init__(self, path: str, damaged: str, start: Callable[[], Started], size: int) -> None:
        self.path = path
        self._damaged = damaged
        self._lock = Lock()
        self._failure = ""
        self._frames = Frames()
        self._seconds = seconds_for(size)
        self._child, self._requests, self._answers = start()

    def ask(self, request: Any, take: Callable[[bytes], object]) -> None:
        """Give each part of the answer to a request to ``take``, from any thread.

        Raises `UnreadableError` for a file that the library cannot read, and `OSError` for a fault of the system.
        """
        with self._lock:
            last = Frame(frames.END)
            if not self._failure:
                self._failure = _CLOSED  # whatever ends this early, the rest of the answer is of no use
                last = self._asked(request, take)
                self._failure = {frames.MEMORY: TOO_MUCH, frames.DAMAGE: self._damaged}.get(last.kind, "")
            if self._failure:
                self.close()
                raise UnreadableError(f"{self.path} {self._failure}")
        if last.kind == frames.VALUES:
            text, _, why = last.content.decode(errors="surrogatepass").partition("\0")
            raise DamagedValuesError(text, why)
        if last.kind == frames.REFUSAL:
            raise UnreadableError(last.content.decode(errors="surrogatepass"))
        if last.kind == frames.SYSTEM:
            raise OSError(int(last.content), os.strerror(int(last.content)))

    def _asked(self, request: Any, take: Callable[[bytes], object]) -> Frame:
        """Return the frame that ends the answer."""
        import json

        text = json.dumps(request).encode() + b"\n"
        try:
            while text:
                text = text[os.write(self._requests, text) :]
        except BrokenPipeError:
            return self._ended()
        watch = Watch(self._child, self._seconds)
        while True:
            frame = self._frames.next() or self._more(watch)
            if frame is None or frame.kind == frames.TICK:
                continue
            if frame.kind != frames.PART:
                return frame
            take(frame.content)

    def _more(self, watch: Watch) -> Frame | None:
        """Wait for more of the answer; return the frame that stands for its end if none will come."""
        while not _ready(self._answers, _WAIT):
            if watch.has_ended() and not _ready(self._answers, 0):
                return self._ended()
            if watch.is_hung():
                return Frame(frames.MEMORY)
        watch.progress()
        found = os.read(self._answers, 1 << 20)
        self._frames.add(found)
        return None if found else self._ended()

    def _ended(self) -> Frame:
        """Return what it means that the process has ended: a crash, or the system or a person ended it."""
        status = None
        with suppress(ChildProcessError):  # another part of the program has already waited for it
            status = os.waitpid(self._child, 0)[1]
        self._child = 0
        crashed = status is None or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in _CRASHES)
        return Frame(frames.DAMAGE if crashed else frames.MEMORY)

    def close(self) -> None:
        """End the process; nothing happens if it has ended."""
        descriptors, self._requests, self._answers = (self._requests, self._answers), -1, -1
        for descriptor in descriptors:
            if descriptor >= 0:
                os.close(descriptor)
        child, self._child = self._child, 0
        with suppress(ChildProcessError, ProcessLookupError):
            if child and os.waitpid(child, os.WNOHANG)[0] == 0:  # there, so that the number is still its own
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
        self._failure = self._failure or _CLOSED


def _ready(descriptor: int, seconds: float) -> bool:
    """Tell whether there is something to read, or the end, within some time."""
    waiting = select.poll()  # unlike select, it takes descriptors beyond 1,023
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(seconds * 1000))
