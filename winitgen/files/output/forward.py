"""Sequential output: to devices, to pipes and to standard output; and which formats it takes."""

from __future__ import annotations

import os

from winitgen.errors import UsageError
from winitgen.files.descriptors import WRITE
from winitgen.files.formats import STDOUT
from winitgen.files.formats.format import FilePlan, Format
from winitgen.files.output.atomic import writing
from winitgen.files.output.output_plan import OutputPlan
from winitgen.files.output.pump import Pump
from winitgen.files.output.sinks import Forward, into_pipe


def into_stdout(output: OutputPlan, pump: Pump, fd: int = 1) -> None:
    """Write a file to standard output, or to another open descriptor."""
    if os.isatty(fd):
        raise UsageError("standard output is a terminal; name a file, or redirect the output")
    with writing("standard output"):
        _pump_forward(output, pump, fd)


def into_device(output: OutputPlan, path: str, pump: Pump) -> None:
    """Write a file to a device or a named pipe."""
    fd = os.open(path, WRITE)
    try:
        if os.isatty(fd):
            raise UsageError(f"{path} is a terminal; name a file, or redirect the output")
        _pump_forward(output, pump, fd)
    finally:
        os.close(fd)


def _pump_forward(output: OutputPlan, pump: Pump, fd: int) -> None:
    plan = output.plan
    assert isinstance(plan, FilePlan)  # no folder is forward-only
    sink = Forward(into_pipe(fd), plan)
    pump._replace(threads=1).run(plan._replace(fixed=()), sink)
    sink.close()


def check_forward(file_format: Format, path: str = STDOUT) -> None:
    """Raise `UsageError` for a format that cannot be written sequentially, as to standard output or a store."""
    if not file_format.forward_only:
        where = "standard output" if path == STDOUT else "a store"
        raise UsageError(f"{file_format.name} cannot be written to {where}; {forward_formats()} can")


def forward_formats() -> str:
    """Return the names of the formats that can be written sequentially."""
    from winitgen.files.formats import FORMATS

    return " and ".join(file_format.name for file_format in FORMATS.values() if file_format.forward_only)
