"""Each kind of exception has its own words and its own exit code."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Winitgen
from tests.cli.test_streams import shell
from winitgen.cli.errors import exit_code
from winitgen.errors import DiffersError, ExistsError, OutputError, UnreadableError, UsageError
from winitgen.report import terminal

BUG = (
    "winitgen: a bug in winitgen, please report it with the layer-spec and the command: {} "
    "(WINITGEN_TRACEBACK=1 shows where)"
)
LOADING = "winitgen: a library cannot be loaded: {}; no output is complete"


def caused(text: str) -> ImportError:
    """Return an error as NumPy raises it: many lines, and the reason as its cause."""
    error = ImportError("\nIMPORTANT: PLEASE READ THIS\nmany lines")
    error.__cause__ = ImportError(text)
    return error


ENDS: dict[str, tuple[BaseException, int, str]] = {
    "memory": (MemoryError(), 3, "winitgen: not enough memory for this; no output is complete"),
    "system": (OSError(errno.EMFILE, "Too many open files"), 3, "winitgen: Too many open files; no output is complete"),
    "file": (OSError(errno.EIO, "Failed", "a\nb"), 3, r"winitgen: 'a\nb': Failed; no output is complete"),
    "time": (TimeoutError("timed out"), 3, "winitgen: timed out; no output is complete"),
    "children": (
        ChildProcessError(errno.ECHILD, "No child processes"), 3, "winitgen: No child processes; no output is complete"
    ),
    "thread": (
        RuntimeError("can't start new thread"), 3, "winitgen: the system starts no more threads; no output is complete"
    ),
    "lock": (
        RuntimeError("can't allocate lock"), 3, "winitgen: not enough memory for this; no output is complete"
    ),
    "library": (ImportError("x.so: cannot open: Too many open files", name="x"), 3, LOADING.format("x.so: cannot open: Too many open files")),
    "NumPy": (caused("libblas.so: failed to map"), 3, LOADING.format("libblas.so: failed to map")),
    "missing": (ModuleNotFoundError("No module named 'x'", name="x"), 3, LOADING.format("No module named 'x'")),
    "own module": (ImportError("no f", name="winitgen.load"), 4, BUG.format("ImportError: no f")),
    "runtime": (RuntimeError("x"), 4, BUG.format("RuntimeError: x")),
    "recursion": (RecursionError("deep"), 4, BUG.format("RecursionError: deep")),
    "overflow": (OverflowError(34, "range"), 4, BUG.format("OverflowError: (34, 'range')")),
    "floating point": (FloatingPointError("x"), 4, BUG.format("FloatingPointError: x")),
    "unicode": (UnicodeError("x"), 4, BUG.format("UnicodeError: x")),
    "interrupt": (KeyboardInterrupt(), 4, BUG.format("KeyboardInterrupt: ")),
    "differs": (DiffersError("a differs"), 1, "winitgen: a differs"),
    "usage": (UsageError("no"), 2, "winitgen: no"),
    "unreadable": (UnreadableError("no"), 2, "winitgen: no"),
    "output": (OutputError("no"), 3, "winitgen: no"),
    "exists": (ExistsError("no"), 3, "winitgen: no"),
    "pipe": (BrokenPipeError(), 141, ""),
}  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_an_exception_has_its_own_words(end: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, or none for a broken pipe, and the code."""
    error, code, line = ENDS[end]

    assert (code, f"{line}\n" if line else "") == (exit_code(error), capsys.readouterr().err)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("command", ["verify", "inspect", "diff", "plan"])
def test_a_command_without_output_has_none_to_complete(
    end: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Such a command writes no file, so that nothing is said of one."""
    error, code, line = ENDS[end]
    line = line.removesuffix("; no output is complete")

    assert (code, f"{line}\n" if line else "") == (exit_code(error, [command]), capsys.readouterr().err)


@pytest.mark.parametrize("command", ["init", "finalize", "import", "convert", "probe"])
def test_a_command_with_output_has_none_that_is_complete(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever waits for the files knows that none is whole."""
    assert 3 == exit_code(MemoryError(), [command])
    assert "winitgen: not enough memory for this; no output is complete\n" == capsys.readouterr().err


def test_a_pipe_that_breaks_is_not_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """Copying from a base into a pipe whose reader has gone ends as quietly as any other output."""
    spec, base = tmp_path / "m.yaml", tmp_path / "b.safetensors"
    spec.write_text(
        "input: 700\nlayers:\n  - {name: a, type: dense, units: 700}\n  - {name: b, type: dense, units: 700}\n"
    )
    assert 0 == shell(f"winitgen init {spec} -o {base} -q").code

    run = shell(
        f"winitgen init {spec} --base {base} --only 'a*' -o - --format safetensors | head -c 1 > {tmp_path}/w; "
        "exit ${PIPESTATUS[0]}"
    )

    assert (141, "", "") == run


def test_without_docstrings() -> None:
    """``python -OO`` has no help texts, and does all else."""
    done = subprocess.run(
        [sys.executable, "-OO", "-m", "winitgen", "plan", "specs/mlp.yaml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr)


def test_what_cannot_be_loaded_is_one_line(tmp_path: Path) -> None:
    """Not even the command line itself can be imported."""
    (tmp_path / "click.py").write_text("raise ImportError('click.so: Too many open files')\n")
    path = os.pathsep.join([str(tmp_path), str(ROOT)])

    done = subprocess.run(
        [sys.executable, "-m", "winitgen", "plan"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (3, "", "winitgen cannot be loaded: click.so: Too many open files\n") == (
        done.returncode,
        done.stdout,
        done.stderr,
    )


@pytest.mark.parametrize("command", ["--version", "completion bash", "verify nothere --json"])
def test_a_full_output_is_named(command: str) -> None:
    """An error of standard output is said of it; a refusal before it keeps its own words."""
    run = shell(f"winitgen {command} > /dev/full")

    if command.startswith("verify"):
        assert (2, "winitgen: cannot read nothere: No such file or directory\n") == (run.code, run.err)
    else:
        assert (3, "winitgen: cannot write standard output: No space left on device\n") == (run.code, run.err)


def test_suggestions_into_a_full_output() -> None:
    """A shell's completion is a result like any other."""
    words = "_WINITGEN_COMPLETE=bash_complete COMP_WORDS='winitgen in' COMP_CWORD=1"

    run = shell(f"export {words}; winitgen > /dev/full")

    assert (3, "winitgen: cannot write standard output: No space left on device\n") == (run.code, run.err)


@pytest.mark.parametrize("columns", ["", "0", "x", "-1", "\u0663", "9" * 40, "1.5"])
def test_columns_that_are_no_number(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """Such a width is ignored; the terminal's own is taken."""
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((70, 20)))

    assert 70 == terminal.width_of(sys.__stdout__)  # type: ignore[arg-type]


def test_a_workers_pool_without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system starts no thread, the calling thread does the work, in order."""
    from concurrent.futures import ThreadPoolExecutor

    from winitgen.numeric.workers import Workers

    def submit(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(ThreadPoolExecutor, "submit", submit)
    with Workers(3) as workers:
        assert [0, 1, 4, 9] == workers.each(lambda number: number**2, range(4))


def test_a_bar_without_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work goes on without a progress bar."""
    from rich.progress import Progress

    from winitgen.cli import progress

    def start(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Progress, "start", start)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress.Bar(10) as bar:
        bar(1)
        bar(2)


def test_a_refusal_does_not_lose_what_was_found(winitgen: Winitgen, spec: Path) -> None:
    """What stands in the buffer is written before the exit code is given."""
    run = winitgen("plan", spec, "nothere.yaml")

    assert (2, "winitgen: cannot read nothere.yaml: No such file or directory\n") == (run.code, run.err)
    assert "fc.weight" in run.out
