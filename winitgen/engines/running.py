"""A plan into shards by the tasks of an engine, and the index by this process at the end."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from winitgen.engines.engine import Engine, Say
from winitgen.errors import OutputError, UsageError, install
from winitgen.files.output.options import Outcome, WriteOptions
from winitgen.files.recipe import Recipe
from winitgen.files.shards.forms import form_of
from winitgen.files.shards.present import look
from winitgen.files.shards.shard_set import Shard, ShardSet
from winitgen.files.shards.target import ShardTarget
from winitgen.files.stores.address import is_remote, join
from winitgen.planning.plan import Plan
from winitgen.report.summary import summarize
from winitgen.writing.contents import Contents
from winitgen.writing.one_file import Written
from winitgen.writing.shard_task import ShardDone, ShardTask
from winitgen.writing.sharded import planned_shards, shard_report, touched_paths
from winitgen.writing.sources import ready

NAMES = ("dask", "ray")


class EngineCall(NamedTuple):
    """What ``--engine`` says: an engine, and HOST:PORT of its cluster if it is one that runs already."""

    engine: Engine
    address: str | None


def engine_of(text: str) -> EngineCall:
    """Return what ``--engine`` says; raise `UsageError` for an engine that is unknown or not installed."""
    name, separator, address = text.partition("://")
    host, _, port = address.rpartition(":")
    if name not in NAMES or (separator and not (host and port.isdecimal())):
        raise UsageError(f"--engine takes dask, dask://HOST:PORT, ray or ray://HOST:PORT, not {text!r}")
    if "@" in address:
        raise UsageError(f"--engine takes {name}://HOST:PORT, without a user or a password")
    engine: Engine = import_module(f"winitgen.engines.{name}").ENGINE
    if find_spec(engine.package) is None:
        raise UsageError(f"{engine.package} is needed for --engine {name}; install it with: {install(name)}")
    return EngineCall(engine, address or None)


def write_by_engine(
    call: EngineCall, say: Say, planned: Plan, target: ShardTarget, options: WriteOptions
) -> Written:
    """Draw a plan and write its shards as tasks of an engine, then the index here; return the report.

    What is there already stays or is refused as `winitgen.files.shards.writing.write_shards` says. A task has one
    thread unless the options say more: the engine fills the processors. Raises `SpecError` if values that are taken from
    a file are not there, before anything is written.
    """
    from winitgen.files.shards.writing import write_shards

    gc.enable()  # the engine's own code needs it in a long run; the command line has turned it off
    contents = Contents(planned, form_of(target.names).format)
    named = contents.drawn
    shards = planned_shards(named, contents, target)
    rows: dict[str, Any] = {}
    write_each = partial(_write_each, call, _task(planned, target, options), shards, rows, say)
    with ready(planned, options) as source:
        source.check_outputs(touched_paths(shards, target))
        status = write_shards(shards, target.folder, options, None, write_each)
    report = summarize(planned, named, None) | shard_report(shards, target)
    report["tensors"] = [rows[row["name"]] for row in report["tensors"]]
    return Written(status, report | contents.stated(report))


def _task(planned: Plan, target: ShardTarget, options: WriteOptions) -> ShardTask:
    """Return what the workers are told, with paths that mean the same in their folders."""
    return ShardTask(
        Recipe.of(planned).text,
        os.path.abspath(planned.file),
        target.folder if is_remote(target.folder) else os.path.abspath(target.folder or "."),
        target.names.stem,
        target.limit,
        options._replace(threads=options.threads or 1, progress=None),
    )


def _write_each(  # what is bound, and what `write_shards` gives
    call: EngineCall,
    task: ShardTask,
    shards: ShardSet,
    rows: dict[str, Any],
    say: Say,
    mine: Sequence[Shard],
    folder: str,
    options: WriteOptions,
) -> set[Outcome]:
    """Have an engine write all shards; collect the rows of the report."""
    finished: list[ShardDone] = []
    size = 0
    with closing(call.engine.run(task, range(len(mine)), call.address, say)) as all_done:
        for done in all_done:
            if done.refusal is not None:
                raise done.refusal
            finished.append(done)
            rows.update({row["name"]: row for row in done.rows})
            size += sum(row["bytes"] for row in done.rows)
            if options.progress:
                options.progress(size)
    _check_arrived(folder, shards, finished)
    return {"written" if done.status == "written" else "unchanged" for done in finished}


def _check_arrived(folder: str, shards: ShardSet, finished: Sequence[ShardDone]) -> None:
    """Raise `OutputError` if a worker wrote a shard into a folder of its own."""
    alike = look(folder, shards).alike
    for done in finished:
        name = shards.shards[done.number].name
        if name not in alike:
            raise OutputError(
                f"{join(folder, name)} is not here, but the worker on {done.host} wrote it; name a folder that all "
                "hosts share"
            )
