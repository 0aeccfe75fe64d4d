"""Writes an output unless it is up to date: the entry point of this package."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial

from winitgen.errors import ExistsError, UsageError
from winitgen.files.formats import STDOUT
from winitgen.files.formats.format import FilePlan, FolderPlan
from winitgen.files.input.opening import reading
from winitgen.files.input.steady import ChangedError
from winitgen.files.output import existing, sinks
from winitgen.files.output.atomic import nameless_file, new_file, writing
from winitgen.files.output.options import Outcome, WriteOptions
from winitgen.files.output.output_path import output_path
from winitgen.files.output.output_plan import OutputPlan
from winitgen.files.output.pump import Pump
from winitgen.files.output.up_to_date import holds_output
from winitgen.files.stores.address import is_remote
from winitgen.numeric.threads import threads_of


def publish(output: OutputPlan, path: str | os.PathLike[str], options: WriteOptions) -> Outcome:
    """Write a file or a folder, unless the path already has exactly these bytes; ``-`` is standard output.

    With ``check`` nothing is written, and any other bytes raise `DiffersError`. Other bytes are
    replaced only with ``force``. If the comparison finds a difference, writing draws all values
    a second time.
    """
    shown = output_path(path)
    if is_remote(shown):
        from winitgen.files.output.uploads import upload_each

        return upload_each([(output, shown)], options)[0]
    pump = Pump(threads_of(options.threads), options.block, options.progress)
    if shown == STDOUT:
        from winitgen.files.output.forward import into_stdout

        into_stdout(output, pump)
        return "written"
    with reading(shown) if options.check else writing(shown):
        found = existing.kind(shown)
        existing.check_kind(output, shown, found)
        if found == "device":
            if options.check:
                raise UsageError(f"cannot check {shown}: it is not a regular file")
            from winitgen.files.output.forward import into_device

            into_device(output, shown, pump)
            return "written"
        if holds_output(output, shown, found, pump, options):
            return "unchanged"
    try:
        if isinstance(output.plan, FilePlan):
            fill = _fill_nameless if found == "nameless" else _fill_file
            fill(output.plan, shown, pump, options)
        else:
            _fill_folder(output, output.plan, shown, pump, options)
    except ExistsError:
        if _appeared_equal(output, shown, pump):  # another run of the same command was faster
            return "unchanged"
        raise
    return "written"


def _appeared_equal(output: OutputPlan, shown: str, pump: Pump) -> bool:
    """Tell whether the output that appeared during writing equals the planned one."""
    from winitgen.files.output.equality import is_equal

    with writing(shown), suppress(ChangedError):
        fitting = "file" if isinstance(output.plan, FilePlan) else "folder"
        return existing.kind(shown) == fitting and is_equal(shown, output, pump)
    return False


def _fill_file(plan: FilePlan, shown: str, pump: Pump, options: WriteOptions) -> None:
    with new_file(shown, plan.size, fsync=options.fsync, replace=options.force) as fd:
        pump.run(plan, _sink(fd, plan, options))
        if options.check_sources:
            options.check_sources()


def _fill_nameless(plan: FilePlan, shown: str, pump: Pump, options: WriteOptions) -> None:
    with nameless_file(shown, plan.size, fsync=options.fsync) as fd:
        pump.run(plan, _sink(fd, plan, options))
        if options.check_sources:
            options.check_sources()


def _fill_folder(
    output: OutputPlan, plans: FolderPlan, shown: str, pump: Pump, options: WriteOptions
) -> None:
    from winitgen.files.output.folder import new_folder, new_member

    last_look = partial(existing.removable, output, shown)
    with new_folder(shown, fsync=options.fsync, replace=options.force, may_go=last_look) as folder:
        done = 0
        for name, plan in plans.items():
            with new_member(folder, name, plan.size) as fd:
                pump.counting_from(done).run(plan, _sink(fd, plan, options))
            done += plan.drawn_bytes
        if options.check_sources:
            options.check_sources()


def _sink(fd: int, plan: FilePlan, options: WriteOptions) -> sinks.Sink:
    return sinks.into_file(fd, early=options.fsync and plan.size >= sinks.WRITTEN_BACK)
