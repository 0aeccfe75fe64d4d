"""The fault injector works, and the verdicts find planted mistakes."""

from __future__ import annotations

import errno

import pytest

from tests.faults.planted import KILL, WRITERS, followed, judged
from tests.faults.tracer import Action, Call
from tests.faults.workers import spread

CALLS = ("openat O_CREAT file", "pwrite64 file", "write stdout", "pwrite64 file", "write stdout")

FAULTS = [
    pytest.param({}, 0, "6\n6\n", b"ghijkl", id="none"),
    pytest.param({1: KILL}, -9, "", b"", id="killed at the first"),
    pytest.param({3: KILL}, -9, "6\n", b"abcdef", id="killed at the second"),
    pytest.param({3: Action("short", 2)}, 0, "6\n2\n", b"ghcdef", id="short"),
    pytest.param({3: Action("error", errno.EDQUOT)}, 0, "6\nDisk quota exceeded\n", b"abcdef", id="failed"),
    pytest.param({3: Action("error", errno.EINTR)}, 0, "6\n6\n", b"ghijkl", id="interrupted"),
    pytest.param({3: Action("error", 0)}, 0, "6\n0\n", b"abcdef", id="nothing written"),
]


@pytest.mark.parametrize(("at", "code", "out", "file"), FAULTS)
def test_a_call_is_met_by_its_number(at: dict[int, Action], code: int, out: str, file: bytes) -> None:
    """The kernel itself causes the faults: a kill comes before the call, and short writes are real."""
    ((_, (run, holds)),) = spread(followed, [at])

    assert (code, out, "", file) == (run.code, run.out, run.err, holds)


def test_the_calls_are_listed() -> None:
    """Each call that touches the folder or prints something is recorded, in order."""
    ((_, (run, _)),) = spread(followed, [{}])

    assert CALLS == tuple(map(str, run.calls))
    assert Call("pwrite64", "file") == run.calls[1]


def test_mistakes_are_seen() -> None:
    """Every writer with a planted mistake is found, and winitgen's own writer passes."""
    found = dict(spread(judged, ["none", *WRITERS]))

    assert 0 == found.pop("none")
    assert [] == [name for name, count in found.items() if not count]
