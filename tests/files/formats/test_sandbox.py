import faulthandler
import os
import signal
import time

import pytest

from winitgen.files.formats.hdf5 import sandbox


def _raise(_: sandbox.Tick) -> None:
    raise ValueError


def _crash(tick: sandbox.Tick) -> None:
    tick()
    faulthandler.disable()
    os.kill(os.getpid(), signal.SIGSEGV)


def test_what_ends_survives() -> None:
    """Work that ends survives, also with an exception, which the caller meets again."""
    assert sandbox.survives(lambda tick: tick())
    assert sandbox.survives(_raise)


def test_a_crash_does_not_survive() -> None:
    """A child killed by a signal does not affect this process."""
    assert not sandbox.survives(_crash)


def test_a_hang_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work without ticks is killed, and its process is gone."""
    monkeypatch.setattr(sandbox, "_SECONDS", 0.2)
    fork, started = os.fork, []

    def forked() -> int:
        started.append(fork())
        return started[-1]

    monkeypatch.setattr(os, "fork", forked)

    assert not sandbox.survives(lambda _: time.sleep(600))
    with pytest.raises(ChildProcessError):
        os.waitpid(started[0], os.WNOHANG)


def test_slow_work_that_goes_on_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time limit applies to each step, not to the total."""
    monkeypatch.setattr(sandbox, "_SECONDS", 2.0)

    def work(tick: sandbox.Tick) -> None:
        for _ in range(30):
            time.sleep(0.1)
            tick()

    assert sandbox.survives(work)
