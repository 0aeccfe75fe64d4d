"""How a run can end: signals, closed pipes, and bugs in winitgen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Winitgen

pytestmark = pytest.mark.usefixtures("foreground")


def start(*args: str | Path, **streams: int) -> subprocess.Popen[bytes]:
    """Start winitgen and return at once."""
    return subprocess.Popen(
        [sys.executable, "-m", "winitgen", *map(str, args)], stderr=subprocess.PIPE, **streams
    )


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A spec of 8 GB, which takes long enough to be interrupted."""
    path = tmp_path / "large.yaml"
    path.write_text("input: 32768\nlayers:\n  - {name: fc, type: dense, units: 65536}\n")
    return path


@pytest.mark.parametrize(
    ("number", "code"),
    [
        pytest.param(signal.SIGINT, 130, id="Ctrl-C"),
        pytest.param(signal.SIGTERM, 143, id="SIGTERM"),
        pytest.param(signal.SIGHUP, 129, id="the terminal closes"),
    ],
)
def test_a_signal_ends_quietly_and_leaves_nothing(
    large: Path, tmp_path: Path, number: int, code: int
) -> None:
    """The exit code is 128 plus the signal's number; no file is left, and no message is printed."""
    # The output is discarded: only the end of the run matters.
    process = start("init", large, "-o", "-", "--quiet", stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.read(1 << 20)  # it has started to write

    process.send_signal(number)

    with process:
        errors = process.stderr.read() if process.stderr else b""
        process.stdout.close()
    assert (code, b"") == (process.returncode, errors)
    assert [large] == list(tmp_path.iterdir())


def test_a_signal_while_a_file_is_written_leaves_no_file(tmp_path: Path) -> None:
    """The unfinished file is removed, and nothing has its name."""
    spec = tmp_path / "model.yaml"
    spec.write_text("input: 16384\nlayers:\n  - {name: fc, type: dense, units: 32768}\n")
    process = start("init", spec, "-o", tmp_path / "w.safetensors", "--no-fsync", stdout=subprocess.DEVNULL)
    time.sleep(0.4)

    process.send_signal(signal.SIGTERM)

    with process:
        assert 143 == process.wait(timeout=20)
    assert [spec] == list(tmp_path.iterdir())


def test_a_closed_pipe_ends_quietly(large: Path) -> None:
    """``winitgen init ... -o - | head`` ends without a message."""
    process = start("init", large, "-o", "-", "--quiet", stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.read(100)
    process.stdout.close()

    with process:
        errors = process.stderr.read() if process.stderr else b""
    assert (141, b"") == (process.returncode, errors)


def test_a_pipe_closed_before_the_table_ends_quietly() -> None:
    """The same holds if the table is not read."""
    reader, writer = os.pipe()
    os.close(reader)
    process = start("activations", stdout=writer)
    os.close(writer)

    with process:
        errors = process.stderr.read() if process.stderr else b""
    assert (141, b"") == (process.returncode, errors)


def test_a_bug_is_one_line_that_asks_for_a_report(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """An unexpected exception gives exit code 4; the traceback is printed only on request."""
    (tmp_path / "sitecustomize.py").write_text(
        "from winitgen.catalog.schemes.families import FAMILIES\ndel FAMILIES['he']\n"
    )
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])

    quiet = winitgen("plan", spec, PYTHONPATH=path)
    loud = winitgen("plan", spec, PYTHONPATH=path, WINITGEN_TRACEBACK="1")

    message = (
        "winitgen: a bug in winitgen, please report it with the layer-spec and the command: KeyError: 'he' "
        "(WINITGEN_TRACEBACK=1 shows where)\n"
    )
    assert (4, "", message) == quiet
    assert loud.err.startswith("Traceback (most recent call last):\n")
    assert loud.err.endswith(message)


def test_an_unknown_command_suggests_one(winitgen: Winitgen) -> None:
    """A misspelt command is a usage error that suggests the closest command."""
    run = winitgen("int")

    assert (2, "", "winitgen: no such command 'int'; did you mean 'init'?\n") == run
