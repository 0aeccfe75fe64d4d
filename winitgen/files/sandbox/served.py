"""The process in which a native library runs: it answers requests until there are no more."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NoReturn

from winitgen.errors import UnreadableError
from winitgen.files.input.stored_array import DamagedValuesError
from winitgen.files.sandbox import frames
from winitgen.files.sandbox.memory import ROOM, limit_memory
from winitgen.files.sandbox.requests import Started, SystemFault, Work

assert sys.platform != "win32"  # it cannot fork

_LONGEST = 1 << 20
_PIPE = 1 << 20


def forked(work: Work, keep: int) -> Started:
    """Start a process that is a copy of this one, and has the descriptor ``keep``."""
    import faulthandler  # noqa: F401  # before the fork: the process may have no descriptor to import with
    import resource  # noqa: F401
    from warnings import catch_warnings, simplefilter

    ends: list[int] = []
    try:
        ends += os.pipe()
        ends += os.pipe()
        with (
            catch_warnings()
        ):  # Python 3.12 and JAX warn about other threads, but the work needs none of them
            simplefilter("ignore")
            child = os.fork()
    except OSError:
        for end in ends:
            os.close(end)
        raise
    asked, ask, hear, heard = ends
    if not child:
        serve(work, asked, heard, {keep})
    os.close(asked)
    os.close(heard)
    widen(hear)
    return Started(child, ask, hear)


def widen(pipe: int) -> None:
    """Let a pipe hold more, if the system can do that."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


def serve(work: Work, asked: int, heard: int, keep: set[int]) -> NoReturn:
    """Answer all requests and end this process, whatever happens; of its descriptors those of ``keep`` stay open."""
    try:
        _settle({asked, heard, *keep})
        with open(asked, "rb", buffering=0) as requests:
            for line in _lines(requests):
                _answer(work, line, heard)
    except BaseException:  # noqa: S110  # the process that asked sees that this one ended
        pass
    finally:
        os._exit(0)


def _lines(requests: Any) -> Iterator[bytes]:
    held = b""
    while found := requests.read(_LONGEST):
        *lines, held = (held + found).split(b"\n")
        yield from lines


def _settle(kept: set[int]) -> None:
    """Leave the other process's signals, descriptors and memory alone."""
    import faulthandler
    import resource

    faulthandler.disable()  # the other process reports a crash here
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends this one
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGPROF):
        signal.signal(number, signal.SIG_DFL)
    begin = 3
    for descriptor in sorted(one for one in kept if one >= begin):
        os.closerange(begin, descriptor)
        begin = descriptor + 1
    os.closerange(begin, min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 1 << 20))
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit_memory(ROOM)


def _answer(work: Work, request: bytes, heard: int) -> None:
    """Send the answer to one request, or why there is none."""
    import json

    try:
        for part in work(json.loads(request)):
            frames.send(heard, frames.PART if part else frames.TICK, part)
        frames.send(heard, frames.END)
    except DamagedValuesError as error:
        frames.send(heard, frames.VALUES, f"{error}\0{error.why}".encode(errors="surrogatepass"))
    except UnreadableError as error:
        frames.send(heard, frames.REFUSAL, str(error).encode(errors="surrogatepass"))
    except MemoryError:
        frames.send(heard, frames.MEMORY)
    except SystemFault as error:
        frames.send(heard, frames.SYSTEM, str(error.number).encode())
    except Exception:  # whatever the library meets in a file
        frames.send(heard, frames.DAMAGE)
