"""Compares an existing output with the planned bytes by drawing them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from winitgen.errors import UnreadableError
from winitgen.files.formats.format import FilePlan, FolderPlan, byte_count
from winitgen.files.input.steady import changed, steady
from winitgen.files.output.atomic import opened
from winitgen.files.output.output_plan import OutputPlan
from winitgen.files.output.pump import Pump
from winitgen.files.output.sinks import Sink, against_file, against_remote
from winitgen.files.stores.address import is_remote

if TYPE_CHECKING:
    from winitgen.files.input.held_folder import HeldFolder


def is_equal(path: str, output: OutputPlan, pump: Pump) -> bool:
    """Tell whether the file or folder at ``path`` has exactly the planned bytes, and the folder nothing else that a loader reads."""
    if isinstance(output.plan, FilePlan):
        return _is_file(path, output.plan, pump)
    return _is_folder(path, output.plan, pump)


def _is_file(path: str, plan: FilePlan, pump: Pump) -> bool:
    if is_remote(path):
        from winitgen.files.stores.remote_file import opened_remote

        with opened_remote(path) as file:
            sink = against_remote(file)
            return file.size == plan.size and _has_all(sink, plan, pump._replace(in_order=True))
    with opened(path) as fd, steady(fd, path):
        return _is_open(fd, plan, pump)


def _is_open(fd: int, plan: FilePlan, pump: Pump) -> bool:
    return os.fstat(fd).st_size == plan.size and _has_all(against_file(fd), plan, pump)


def _has_all(sink: Sink, plan: FilePlan, pump: Pump) -> bool:
    return pump.run(plan, sink) and all(sink(begin, bytes(end - begin)) for begin, end in _gaps(plan))


def _is_folder(path: str, plans: FolderPlan, pump: Pump) -> bool:
    from winitgen.files.input.held_folder import holding

    try:
        with holding(path) as folder:
            return _holds(folder, plans, pump)
    except UnreadableError as error:
        cause = error.__cause__
        if not isinstance(cause, OSError):
            raise
        if cause.errno == errno.ENOENT:  # it was listed a moment ago
            raise changed(path) from None
        raise cause from None


def _holds(folder: HeldFolder, plans: FolderPlan, pump: Pump) -> bool:
    from winitgen.files.output.beside import read_besides

    if not set(plans) <= set(folder.names()) or read_besides(folder, plans):
        return False
    if any(folder.size_of(name) != plan.size for name, plan in plans.items()):
        return False
    done = 0
    # The last file is the index, which shows most differences before anything is drawn.
    for name, plan in reversed([*plans.items()]):
        with folder.member(name) as (file, _):
            if not _is_open(file.fileno(), plan, pump.counting_from(done)):
                return False
        done += plan.drawn_bytes
    folder.check_names()
    return True


def _gaps(plan: FilePlan) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a file that neither fixed bytes nor values cover."""
    covered = [(offset, len(content)) for offset, content in plan.fixed]
    covered += [(span.offset, byte_count(span.tensor)) for span in plan.spans]
    if plan.finish:  # the checksums change these bytes, not their offsets
        late = plan.finish([0] * len(plan.spans))
        covered += [(offset, len(content)) for offset, content in late]
    position = 0
    for offset, size in sorted(run for run in covered if run[1]):
        if position < offset:
            yield position, offset
        position = offset + size
