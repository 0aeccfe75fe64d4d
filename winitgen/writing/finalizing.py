"""The end of a run of several processes: all shards are checked, and the index is written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from winitgen.audit.recipe_plan import plan_of
from winitgen.errors import DiffersError, UnreadableError, UsageError
from winitgen.files.formats import check_output_name
from winitgen.files.formats.format import byte_count
from winitgen.files.input import open_weights
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.opening import failed, reading
from winitgen.files.output.options import WriteOptions
from winitgen.files.recipe import Recipe, metadata, parse
from winitgen.files.shards.assembly import ReadShard, Run, check_tensors, find_runs, only_run, read_shards
from winitgen.files.shards.file_names import USUAL_STEM, ShardNames, names_of_index
from winitgen.files.shards.present import check, look
from winitgen.files.shards.shard_set import ShardSet, shard_set
from winitgen.files.shards.shares import shares
from winitgen.files.shards.splitting import USUAL_SIZE, shard_size
from winitgen.files.shards.splitting import split as divided
from winitgen.files.shards.target import ShardTarget
from winitgen.files.shards.writing import check_complete, remove_stale, write_index
from winitgen.files.stores.address import is_remote, join, located, split
from winitgen.files.stores.store import Store
from winitgen.layouts import size_of, tensors
from winitgen.planning.kinds_of_parameters import trainable
from winitgen.planning.plan import STREAM, Plan
from winitgen.writing.one_file import Written
from winitgen.writing.sharded import shard_report

_MOST_SHOWN = 20


def finalize(  # the options of the command line, each by name
    out: str,
    options: WriteOptions,
    *,
    shard_name: str | None = None,
    max_shard_size: str | None = None,
    world_size: int | None = None,
) -> Written:
    """Check that a folder holds all shards of one model, and write their index; return a report.

    The model is planned again from the recipe in the shards; no value is drawn or read. Every shard must have the
    planned size and header, and every tensor must be in exactly one. Raises `DiffersError` for what is missing or
    does not fit, and for several runs of which ``max_shard_size`` does not name one, and `ExistsError` for an index or files of another run, which only ``force`` replaces or removes,
    and `UsageError` for shards of ``init --base``.
    With ``check`` nothing is written. ``world_size``, with the ``max_shard_size`` of the run, names the ranks that
    write what is missing.
    """
    folder, names = _where(located(out), shard_name)
    limit = USUAL_SIZE if max_shard_size is None else shard_size(max_shard_size)
    runs = find_runs(folder or ".", _files(folder or "."), names)
    meant = None if max_shard_size is None or len(runs) == 1 else _split_by(limit, runs, folder)
    run = only_run(folder or ".", runs, meant)
    found = read_shards(folder, run)
    _refuse_base(found[0])
    planned = plan_of(OpenFile(found[0].path, "safetensors", recipe=found[0].recipe))
    if run.missing:
        raise _incomplete(
            folder or ".", names, run, _ranks(planned, run, found, limit, world_size), world_size
        )
    check_tensors(found, [tensor.name for tensor in tensors(planned)])
    shards = _shards(planned, names, found)
    present = look(folder, shards, only_check=options.check)
    for name in present.other:
        raise DiffersError(f"{join(folder, name)} differs from what its recipe says; write it again")
    check(folder, shards, present, force=options.force, only_check=options.check)
    if not options.check:
        remove_stale(folder, shards, present)
    status = write_index(shards, folder, options)
    check_complete(shards, folder, options, present)
    return Written(
        "written" if present.stale else status, _report(planned, shards, ShardTarget(folder, names, limit))
    )


def _where(out: str, stem: str | None) -> tuple[str, ShardNames]:
    """Return the folder, and how its shards are named; ``out`` is the folder or the index."""
    check_output_name(out)
    folder, name = split(out)
    named = names_of_index(name)
    if isinstance(named, ShardNames):
        return folder, named
    if named is not None:
        raise UsageError(
            f"{out} is an index of Keras's, whose shards one process writes; init writes it with them"
        )
    names = ShardNames(USUAL_STEM if stem is None else stem)
    names.check()
    return out, names


def _files(folder: str) -> Sequence[str]:
    """Return the names of the files in a folder; raise `UnreadableError` if it does not exist."""
    with reading(folder):
        return Store(folder).names() if is_remote(folder) else os.listdir(folder)


def _split_by(limit: int, runs: Sequence[Run], folder: str) -> list[Run]:
    """Return the runs that this size divides into as many shards as their names say."""
    return [run for run in runs if _is_split_by(limit, run, folder)]


def _is_split_by(limit: int, run: Run, folder: str) -> bool:
    """Tell it by the first shard of the run; one that cannot be read, or has no recipe to follow, is of no run that is meant."""
    path = join(folder, next(iter(run.names.values())))
    try:
        with open_weights(path, recipe_only=True) as weights:
            planned = plan_of(weights)
    except UnreadableError as error:
        if failed(error):
            raise
        return False
    return len(divided(tensors(planned), limit)) == run.total


def _refuse_base(shard: ReadShard) -> None:
    """Raise `UsageError` for a shard of ``init --base``, which one process writes: what it copies says no recipe."""
    found = parse(shard.recipe)
    if isinstance(found, Recipe) and found.base is not None:
        raise UsageError(
            f"{shard.path} is of a run with --base, which ends without finalize; run init again as before: shards that "
            "are there stay, and it writes the index"
        )


def _shards(planned: Plan, names: ShardNames, found: Sequence[ReadShard]) -> ShardSet:
    """Return the plan of the files as their headers divide the tensors."""
    named = {tensor.name: tensor for tensor in tensors(planned)}
    groups = [[named[name] for name in shard.tensors] for shard in found]
    return shard_set(groups, metadata(planned), names, trainable(planned))


def _ranks(
    planned: Plan, run: Run, found: Sequence[ReadShard], limit: int, count: int | None
) -> dict[int, int] | None:
    """Return the rank that writes each missing shard; None if the shards that are there were split otherwise."""
    groups = divided(tensors(planned), limit)
    there = [set(shard.tensors) for shard in found]
    if count is None or len(groups) != run.total:
        return None
    if there != [{tensor.name for tensor in groups[number]} for number in sorted(run.names)]:
        return None
    shared = shares([sum(map(byte_count, group)) for group in groups], min(count, len(groups)))
    ranks = {number: rank for rank, numbers in enumerate(shared) for number in numbers}
    return {number: rank for number, rank in ranks.items() if number not in run.names}


def _incomplete(
    folder: str, names: ShardNames, run: Run, ranks: dict[int, int] | None, count: int | None
) -> DiffersError:
    """Return the error about shards that are missing; it names the ranks that write them, if they are known."""
    missing = run.missing
    shown = [
        names.shard(number, run.total) + ("" if ranks is None else f" (--rank {ranks[number]})")
        for number in run.first_missing(_MOST_SHOWN)
    ]
    more = f" and {missing - _MOST_SHOWN:,} more" if missing > _MOST_SHOWN else ""
    if ranks is not None:
        again = ", ".join(map(str, sorted(set(ranks.values()))))
        hint = f"run again with --world-size {count}: --rank {again}"
    elif count is not None:
        hint = (
            "the others were not split by this --max-shard-size; with that of the run, their ranks are named"
        )
    else:
        hint = "run their ranks again; with --world-size and --max-shard-size of the run, the ranks are named"
    are = f"{missing:,} of {run.total:,} shards {'is' if missing == 1 else 'are'} missing"
    return DiffersError(f"{folder}: {are}: {', '.join(shown)}{more}; {hint}")


def _report(planned: Plan, shards: ShardSet, target: ShardTarget) -> dict[str, Any]:
    named = tensors(planned)
    return {
        "model": planned.model,
        "stream": STREAM,
        "seed": planned.seed,
        "dtype": planned.dtype,
        "layout": planned.layout,
        "totals": {
            "tensors": len(named),
            "elements": sum(tensor.size for tensor in named),
            "bytes": size_of(planned),
        },
        "recipe": Recipe.of(planned).hash.sha256,
        **shard_report(shards, target),
    }
