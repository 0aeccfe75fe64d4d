"""The command in a fork of this process, which has imported winitgen: a new Python would take most of a run's time."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from functools import cache
from tempfile import TemporaryDirectory
from typing import NoReturn

from tests.faults.scenes import FORMATS, ROOT, Case

START = [sys.executable, "-P", "-m", "winitgen"]


def may_fork(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Say whether a command is winitgen as it stands here; a planted mistake needs a Python that imports it first."""
    return list(command[: len(START)]) == START and environment.get("PYTHONPATH") == str(ROOT)


@cache
def prepare() -> None:
    """Import whatever the command imports, by writing each format once."""
    from winitgen.cli import _run

    with TemporaryDirectory(prefix="winitgen-faults-") as folder, open(os.devnull, "w") as nothing:
        for format_, name in FORMATS.items():
            command = Case(format_, "absent").command()[len(START) :]
            command[command.index("-o") + 1] = f"{folder}/{name}"
            with redirect_stdout(nothing):
                code = _run(command)
            if code:
                raise RuntimeError(f"{command} ended with {code}")


def run(command: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Be the command, in a process that was forked for it; end with its exit code."""
    code = 1
    try:
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = [START[-1], *command[len(START) :]]
        sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w", buffering=1)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from winitgen.__main__ import main

        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)
