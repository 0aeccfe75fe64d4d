"""Signals at known moments: while modules load, while something else fails, and when the work is done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Run

pytestmark = pytest.mark.usefixtures("foreground")


def run(tmp_path: Path, *args: str | Path, start: str = "", **modules: str) -> Run:
    """Run winitgen after a line of Python, with modules of these texts first on the path."""
    for name, text in modules.items():
        (tmp_path / f"{name}.py").write_text(text)
    code = f"import os, signal, sys\n{start}\nsys.argv = {['winitgen', *map(str, args)]}\n"
    code += "from winitgen.__main__ import main\nmain()\n"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Run(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_while_loading_ends_quietly(tmp_path: Path, number: signal.Signals) -> None:
    """During its imports the program ends like any other, without a traceback."""
    ended = run(tmp_path, "--version", click=f"import os\nos.kill(os.getpid(), {int(number)})\n")

    assert (-number, "", "") == ended


def test_an_ignored_signal_is_ignored_while_loading(tmp_path: Path) -> None:
    """In the background of a script, Ctrl-C does not end the run."""
    text = (
        "import os, sys\nos.kill(os.getpid(), 2)\nsys.path.pop(0)\ndel sys.modules['click']\nimport click\n"
    )

    ended = run(
        tmp_path,
        "--version",
        start="signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path.pop(0)",
        click=text,
    )

    assert (0, "") == (ended.code, ended.err)


LATE = """
import winitgen.cli as cli
real = cli.gc.freeze
cli.gc.freeze = lambda: (os.kill(os.getpid(), {number}), real())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_after_the_work_ends_quietly(tmp_path: Path, number: signal.Signals) -> None:
    """Between the last line and the end of the process there is nothing to clean up, and no message."""
    ended = run(tmp_path, "--version", start=LATE.format(number=int(number)))

    assert (-number, "") == (ended.code, ended.err)
    assert ended.out.startswith("winitgen ")


SWALLOWED = """
import winitgen.cli as cli
def command(args):
    try:
        os.kill(os.getpid(), {number})
        for _ in range(1000):
            pass
    except BaseException as error:
        raise RuntimeError("made of a signal") from error
cli._command = command
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_exception_caused_by_a_signal_is_no_bug(tmp_path: Path, number: int, code: int) -> None:
    """A library that calls back may turn the signal's exception into another; the signal still ends the run."""
    ended = run(tmp_path, "--version", start=SWALLOWED.format(number=int(number)))

    assert (code, "", "") == ended


WHILE_TOLD = """
import winitgen.cli as cli
def reported(error, *command):
    os.kill(os.getpid(), {number})
    for _ in range(1000):
        pass
    return 4
cli.exit_code = reported
def command(args):
    raise RuntimeError
cli._command = command
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_during_a_refusal_ends_quietly(tmp_path: Path, number: int, code: int) -> None:
    """No traceback is printed, even while another message is being printed."""
    ended = run(tmp_path, "--version", start=WHILE_TOLD.format(number=int(number)))

    assert (code, "", "") == ended


LOST = """
import time, weakref
import winitgen.cli as cli
class Left:
    def __del__(self):
        self.end()
    def end(self):
        os.kill(os.getpid(), {number})
        for _ in range(1000):
            pass
def called(reference):
    Left.end(None)
def command(args):
    left = Left()
    reference = weakref.ref(left, called) if {weak} else None
    {leave}
    time.sleep(5)
cli._command = command
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("weak", [False, True], ids=["a finalizer", "a weak reference"])
def test_a_signal_where_no_exception_gets_out_still_ends(
    tmp_path: Path, weak: bool, number: int, code: int
) -> None:
    """Python drops what a finalizer raises, as importing a module runs one; the program ends all the same."""
    leave = "Left.__del__ = lambda self: None; del left" if weak else "del left"

    ended = run(tmp_path, "--version", start=LOST.format(number=int(number), weak=weak, leave=leave))

    assert (code, "", "") == ended


DROPPED = """
import time
import winitgen.cli as cli
def command(args):
    try:
        os.kill(os.getpid(), {number})
        for _ in range(1000):
            pass
    except BaseException:
        pass
    time.sleep(5)
cli._command = command
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_whose_exception_is_dropped_still_ends(tmp_path: Path, number: int, code: int) -> None:
    """As Python's compiler drops one that arrives while a module without a compiled file is loaded."""
    ended = run(tmp_path, "--version", start=DROPPED.format(number=int(number)))

    assert (code, "", "") == ended


def test_another_exception_of_a_finalizer_is_told(tmp_path: Path) -> None:
    """What Python says of other exceptions that it drops is still said."""
    start = "class Left:\n    def __del__(self): raise ValueError('left')\n"
    start += "import winitgen.cli as cli\ncli._command = lambda args: (Left(), 0)[1]"

    ended = run(tmp_path, "--version", start=start)

    assert (0, "") == (ended.code, ended.out)
    assert ended.err.endswith("ValueError: left\n")
