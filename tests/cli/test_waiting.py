"""Planning, or reading headers, that takes over a second says so on a terminal, and nowhere else."""

from __future__ import annotations

import importlib
import io
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from winitgen.cli import _command, progress
from winitgen.cli.progress import Bar, Waiting, listing
from winitgen.errors import UsageError
from winitgen.numeric.partly import computing


class Terminal(io.StringIO):
    """Standard error on a terminal."""

    def isatty(self) -> bool:
        """Say that this is a terminal."""
        return True


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    monkeypatch.setenv("TERM", "xterm")


def test_a_word_and_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long work is named on a terminal, with its time; the line is gone afterwards."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    with Waiting("planning"):
        end = time.monotonic() + 20
        while "planning" not in terminal.getvalue() and time.monotonic() < end:
            time.sleep(0.01)

    shown = terminal.getvalue()
    assert "planning" in shown
    assert "0:00:0" in shown
    assert "\x1b[2K" in shown.rpartition("planning")[2]


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ends before is not named, even if it fails."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    with pytest.raises(ValueError, match="wrong"), Waiting("planning"):
        raise ValueError("wrong")
    time.sleep(0.15)

    assert "" == terminal.getvalue()


def test_nothing_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log has no such line."""
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)

    with Waiting("planning"):
        time.sleep(0.15)

    assert "" == log.getvalue()


def test_a_line_that_gets_no_thread_of_its_own(
    monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    """Where the system starts no more threads, it is shown once, and nothing fails."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    def refused(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("rich.live._RefreshThread.start", refused)
    with Waiting("planning"):
        time.sleep(0.3)

    assert [] == list(recwarn)
    assert terminal.getvalue().count("\x1b[?25l") == terminal.getvalue().count("\x1b[?25h")


def test_a_share_of_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for whenever the line is drawn; while it is not known there is none."""
    terminal, shares = Terminal(), [None, None, 0.25]
    monkeypatch.setattr(sys, "stderr", terminal)

    with Waiting("probing", lambda: shares.pop(0) if len(shares) > 1 else shares[0]):
        end = time.monotonic() + 20
        while "25 %" not in terminal.getvalue() and time.monotonic() < end:
            time.sleep(0.01)

    assert "25 %" in terminal.getvalue()
    assert "None" not in terminal.getvalue()


def test_a_matrix_that_is_computed_as_a_whole_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first byte the line says how far it is; behind the bar of the bytes stands that of the next one."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    def until(text: str) -> None:
        end = time.monotonic() + 20
        while text not in terminal.getvalue() and time.monotonic() < end:
            time.sleep(0.01)

    with Bar(100) as bar, computing(4) as done:
        done(1)
        bar(0)
        until("25 %")
        first = terminal.getvalue()
        time.sleep(0.1)
        bar(50)
        done(2)
        until("matrix 75 %")

    assert "drawing" in first
    assert "25 %" in first
    assert "50/100 bytes" in terminal.getvalue()
    assert "matrix 75 %" in terminal.getvalue()


def test_headers_are_read_before_the_first_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of many tensors says so until values are read."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    with Bar() as bar:
        end = time.monotonic() + 20
        while "reading" not in terminal.getvalue() and time.monotonic() < end:
            time.sleep(0.01)
        bar(1, 2)
        shown = terminal.getvalue()
        time.sleep(0.2)
        later = terminal.getvalue()[len(shown) :]

    assert "reading" in shown
    assert "reading" not in later


@pytest.mark.parametrize(
    ("module", "name", "args", "word"),
    [
        ("winitgen.probing.options", "probe_by", ["probe", "SPEC", "--sweep", "gain=1:2:2"], "probing"),
        ("winitgen.cli.commands.import_", "imported", ["import", "SPEC"], "importing"),
        ("winitgen.report.inspect_table", "table", ["inspect", "FILE"], "listing"),
        ("winitgen.report.terminal", "print_table", ["inspect", "FILE"], "listing"),
        ("winitgen.report.files", "json_parts", ["inspect", "FILE", "--json"], "listing"),
        (
            "winitgen.audit.inspect.faults",
            "found_faults",
            ["inspect", "FILE", "--fail-on", "nan"],
            "checking",
        ),
        ("winitgen.report.diff_table", "table", ["diff", "FILE", "FILE"], "listing"),
        ("winitgen.report.files", "as_json", ["diff", "FILE", "FILE", "--json"], "listing"),
        ("winitgen.audit.diff.report", "equal", ["diff", "FILE", "FILE", "--quiet"], "comparing"),
        ("winitgen", "verify", ["verify", "FILE", "SPEC", "--statistics"], "testing"),
    ],
)
def test_commands_that_say_what_they_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module: str, name: str, args: list[str], word: str
) -> None:
    """A probe, a sweep, an import, a table in the making and a comparison without one are named while they run."""
    terminal, spec, file = Terminal(), tmp_path / "model.yaml", tmp_path / "w.npz"
    np.savez(file, w=np.ones(1, np.float32))
    spec.write_text("input: 3\nlayers:\n  - {type: dense, units: 2}\n")
    seen: list[bool] = []

    def long(*args: object, **options: object) -> object:
        end = time.monotonic() + 20
        while word not in terminal.getvalue() and time.monotonic() < end:
            time.sleep(0.01)
        seen.append(word in terminal.getvalue())
        raise UsageError("it ends here")

    monkeypatch.setattr(importlib.import_module(module), name, long)
    monkeypatch.setattr(sys, "stderr", terminal)

    with suppress(UsageError):  # the process tells it
        _command([{"SPEC": str(spec), "FILE": str(file)}.get(arg, arg) for arg in args])

    assert [True] == seen


def test_rows_on_a_terminal_show_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line about them would stand among them."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    with listing(Terminal()):
        time.sleep(0.15)
    alone = terminal.getvalue()
    with listing(io.StringIO()):
        end = time.monotonic() + 20
        while "listing" not in terminal.getvalue() and time.monotonic() < end:
            time.sleep(0.01)

    assert "" == alone
    assert "listing" in terminal.getvalue()
