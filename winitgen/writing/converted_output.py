"""Where a converted model goes: into one file, or into shards where shards of other values may be."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from winitgen.audit.recipe_plan import plan_of
from winitgen.errors import UnreadableError
from winitgen.files.copied_tensor import CopiedTensor
from winitgen.files.formats import STDOUT
from winitgen.files.formats.format import Format
from winitgen.files.input.open_file import OpenFile
from winitgen.files.output.atomic import writing
from winitgen.files.output.equality import is_equal
from winitgen.files.output.existing import check_replaceable, kind
from winitgen.files.output.foreseen import check_output
from winitgen.files.output.options import Outcome, WriteOptions
from winitgen.files.output.output_plan import OutputPlan, plan_output
from winitgen.files.output.publish import publish
from winitgen.files.output.pump import Pump
from winitgen.files.recipe import KEY
from winitgen.files.shards.present import check, look
from winitgen.files.shards.rivals import Rivals, check_rivals, rivals_of, settled, watching
from winitgen.files.shards.shard_set import Shard, ShardSet, plan_shards
from winitgen.files.shards.target import ShardTarget
from winitgen.files.shards.writing import remove_index, write_shards
from winitgen.files.stores.address import is_remote, join
from winitgen.layouts import tensors as tensors_of
from winitgen.numeric.threads import threads_of
from winitgen.planning.kinds_of_parameters import trainable
from winitgen.planning.plan import Plan
from winitgen.writing.converted_file import ConvertedFile
from winitgen.writing.sharded import check_foreseen, shard_report, touched_paths


class OneOutput(NamedTuple):
    """One file, or a folder of arrays, at a path; ``sources`` are the files whose values it holds."""

    output: OutputPlan
    path: str
    sources: Sequence[str]

    def paths(self) -> list[str]:
        """Return the paths that are made, replaced or removed."""
        return [self.path, *self._rivals()[0]]

    def is_final(self) -> bool:
        """Return whether what is written cannot be taken back."""
        with writing(self.path):
            return self.path == STDOUT or kind(self.path) == "device"

    def write(self, options: WriteOptions) -> Outcome:
        """Write it, complete or not at all."""
        rivals, staying = self._rivals()
        check_rivals(rivals, force=options.force)
        status = publish(self.output, self.path, watching(self.path, rivals, options, staying))
        return settled(status, self.output, self.path, rivals, options, staying)

    def foresee(self, *, force: bool) -> None:
        """Raise what `write` would raise before it reads a value."""
        check_rivals(self._rivals()[0], force=force)
        check_output(self.output, self.path, force=force)

    def _rivals(self) -> tuple[Rivals, Collection[str]]:
        """Return the shards of another run beside the file; and those that it is made of, all of them, which stay."""
        found = rivals_of(self.path)
        mine = {os.path.realpath(source) for source in self.sources if not is_remote(source)}
        return ({}, found) if all(os.path.realpath(path) in mine for path in found) else (found, ())

    def report(self) -> dict[str, Any]:
        """Return the report's entries about it."""
        return {"file": self.path, "format": self.output.format.name, "file_bytes": self.output.size}


class ShardedOutput(NamedTuple):
    """Shards and their index, in a folder."""

    shards: ShardSet
    target: ShardTarget

    def paths(self) -> Iterable[str]:
        """Return the paths that are made, replaced or removed."""
        return touched_paths(self.shards, self.target)

    def is_final(self) -> bool:
        """Return whether what is written cannot be taken back."""
        return False

    def foresee(self, *, force: bool) -> None:
        """Raise what `write` would raise before it reads a value."""
        check_foreseen(self.shards, self.target, force=force)

    def write(self, options: WriteOptions) -> Outcome:
        """Write shards as `winitgen.files.shards.writing.write_shards` does, and never other values under an old index.

        A header does not say which values follow, so those of a shard that is there are compared with the planned ones.
        Raises `ExistsError` for others before anything is written; with ``force`` the index is removed before all else.
        """
        planned, folder = self.shards, self.target.folder
        present = look(folder, planned)
        check(folder, planned, present, force=options.force, only_check=False)
        alike = [shard for shard in planned.shards if shard.name in present.alike]
        other = [shard for shard in alike if not _is_there(shard, folder, options)]
        for shard in other:
            check_replaceable(shard.output, join(folder, shard.name), force=options.force, check=False)
        if other:
            remove_index(folder, planned, present)
        return write_shards(planned, folder, options)

    def report(self) -> dict[str, Any]:
        """Return the report's entries about all files."""
        return shard_report(self.shards, self.target)


def _is_there(shard: Shard, folder: str, options: WriteOptions) -> bool:
    path = join(folder, shard.name)
    with writing(path):
        return is_equal(path, shard.output, Pump(threads_of(options.threads), options.block))


def planned_output(
    weights: OpenFile, found: ConvertedFile, file_format: Format, path: str, target: ShardTarget | None
) -> OneOutput | ShardedOutput:
    """Return where a converted file goes; raise `UsageError` for tensors that the format cannot hold."""
    if target is None:
        return OneOutput(
            plan_output(file_format, found.tensors, found.metadata), path, (weights.path, *weights.shards)
        )
    plan = _plan(weights) if KEY in found.metadata else None
    tensors = found.tensors if plan is None else _in_order_of(plan, found.tensors)
    parameters = None if plan is None else trainable(plan)
    return ShardedOutput(plan_shards(tensors, found.metadata, target.names, target.limit, parameters), target)


def _plan(weights: OpenFile) -> Plan | None:
    """Return the plan of the recipe, None if this winitgen cannot follow it."""
    try:
        return plan_of(weights)
    except UnreadableError:
        return None


def _in_order_of(plan: Plan, given: Sequence[CopiedTensor]) -> Sequence[CopiedTensor]:
    """Return the tensors in the order of the plan, by which `init` divides them; others come last."""
    places = {tensor.name: place for place, tensor in enumerate(tensors_of(plan))}
    return sorted(given, key=lambda tensor: places.get(tensor.name, len(places)))
