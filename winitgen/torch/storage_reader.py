"""A distributed checkpoint that is not there: `torch.distributed.checkpoint` reads what a spec draws."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, SupportsIndex

import torch
from torch.distributed import checkpoint as dcp
from torch.distributed.checkpoint import metadata as stored
from torch.distributed.checkpoint.planner import LoadItemType

from winitgen import arguments
from winitgen.arguments import Dtype
from winitgen.checkpoint.opened import Checkpoint
from winitgen.errors import DiffersError, Mistake, UsageError, WinitgenError
from winitgen.load import Source
from winitgen.planning.plan import Plan
from winitgen.spec.model import ModelSpec
from winitgen.torch.agreement import other_recipes
from winitgen.torch.drawn_parts import Job, jobs_of, run
from winitgen.torch.planned import opened, recipe_of
from winitgen.torch.shards import is_dtensor, local_part
from winitgen.torch.stored_tensor import dtype_of


class StorageReader(dcp.StorageReader):  # type: ignore[misc]  # its class is not typed
    """Reads the values of a spec for ``torch.distributed.checkpoint.load``, which tells each rank what it needs.

    ``dcp.load(state_dict, storage_reader=StorageReader(spec))`` fills the tensors of a ``state_dict`` in place with the values that
    ``winitgen init`` writes, to the bit: of a DTensor only what this rank holds. The spec may have more tensors than the
    ``state_dict``, as a stage of a pipeline lacks layers. It needs no process group and no disk.

    ``seed`` and ``dtype`` replace those of the spec; its layout is always ``torch``. ``prefix`` stands before the spec's
    names in the ``state_dict``: ``"model."`` for a nested ``{"model": model.state_dict()}``, which DCP flattens so.
    ``threads`` share the work of this process: by default as many as ``torch.get_num_threads()`` says.

    Nothing is raised here but `UsageError` for arguments of the wrong kind: a mistake in the spec is kept for ``load``, which
    raises it as a ``CheckpointException`` on all ranks, as it does for a name that the spec lacks, another shape or another
    number format, and if ranks have other specs, seeds or dtypes.
    """

    def __init__(
        self,
        spec: ModelSpec | Source | Plan,
        *,
        seed: SupportsIndex | None = None,
        dtype: Dtype | None = None,
        prefix: str = "",
        threads: SupportsIndex | None = None,
    ) -> None:
        super().__init__()
        self._prefix = arguments.text("prefix", prefix) or ""
        self._threads = arguments.count("threads", threads)
        self._refusal: WinitgenError | None = None
        self._checkpoint: Checkpoint | None = None
        try:
            self._checkpoint = opened(spec, seed=seed, dtype=dtype)
        except WinitgenError as error:  # raised by `load`: the other ranks wait for this one there
            self._refusal = error

    def reset(self, checkpoint_id: Any = None) -> None:
        """Raise `UsageError` for the id of a checkpoint: none is read."""
        if checkpoint_id is not None:
            raise UsageError("winitgen.torch.StorageReader reads no checkpoint; leave out checkpoint_id")

    def read_metadata(self, *args: Any, **kwargs: Any) -> Any:
        """Return the names, shapes and number formats of the spec, each tensor as one chunk."""
        tensors = self._checkpoint.tensors if self._checkpoint else {}
        return stored.Metadata(
            {
                self._prefix + name: _metadata(tensor.shape, getattr(torch, tensor.dtype))
                for name, tensor in tensors.items()
            }
        )

    def set_up_storage_reader(self, metadata: Any, is_coordinator: bool, *args: Any, **kwargs: Any) -> None:
        """Raise what is wrong with the spec, if anything is."""
        if self._refusal is not None:
            raise self._refusal

    def prepare_local_plan(self, plan: Any) -> Any:
        """Return the plan of this rank with the hash of the recipe, for the coordinator."""
        plan.storage_data = recipe_of(self._opened)
        return plan

    def prepare_global_plan(self, plans: list[Any]) -> list[Any]:
        """Return the plans of all ranks; raise `DiffersError` if their recipes differ."""
        lines = other_recipes([plan.storage_data for plan in plans])
        mistakes = [Mistake(self._opened.plan.model, 0, 0, "", line) for line in lines]
        if mistakes:
            raise DiffersError("\n".join(map(str, mistakes)), mistakes=mistakes)
        return plans

    def read_data(self, plan: Any, planner: Any) -> Any:
        """Draw what the plan of this rank names; raise `DiffersError` before, if a number format differs."""
        items = [(item, planner.resolve_tensor(item).detach()) for item in plan.items]
        self._check(items)
        jobs = (job for item, target in items for job in self._jobs(item, target, planner))
        run(jobs, sum(target.nbytes for _, target in items), self._threads)
        for item, target in items:
            planner.commit_tensor(item, target)
        done: Any = torch.futures.Future()
        done.set_result(None)
        return done

    @classmethod
    def validate_checkpoint_id(cls, checkpoint_id: Any) -> bool:
        """Tell that no path and no URL is read."""
        return False

    @property
    def _opened(self) -> Checkpoint:
        assert self._checkpoint is not None  # or `set_up_storage_reader` has raised
        return self._checkpoint

    def _check(self, items: list[tuple[Any, Any]]) -> None:
        """Raise `DiffersError` for tensors of another number format than the spec's: nothing is converted."""
        mistakes = []
        for item, target in items:
            assert item.type is LoadItemType.TENSOR  # the metadata has nothing else
            wanted = self._opened.tensors[self._name(item)].dtype
            found = dtype_of(target)
            if found != wanted:
                line = f"{item.dest_index.fqn} is {found}, not {wanted}"
                mistakes.append(Mistake(self._opened.plan.model, 0, 0, "", line))
        if mistakes:
            raise DiffersError("\n".join(map(str, mistakes)), mistakes=mistakes)

    def _name(self, item: Any) -> str:
        """Return the spec's name of what is read."""
        return str(item.storage_index.fqn).removeprefix(self._prefix)

    def _jobs(self, item: Any, target: Any, planner: Any) -> Iterator[Job]:
        """Yield what draws one item.

        DCP takes the elements of a shard for neighbours. Those of tensor parallelism under fully_shard need not be, if
        sizes are uneven, so that the placements decide which are drawn.
        """
        axes = [
            [range(first, first + length)]
            for first, length in zip(item.storage_offsets, item.lengths, strict=True)
        ]
        whole = getattr(planner, "state_dict", {}).get(item.dest_index.fqn)
        if whole is not None and is_dtensor(whole):
            held = local_part(whole)
            if held.axes is not None and held.shape == tuple(target.shape):
                axes = held.axes
        yield from jobs_of(self._opened, self._name(item), target, axes)


def _metadata(shape: tuple[int, ...], dtype: Any) -> Any:
    """Return what DCP is told of one tensor."""
    size = torch.Size(shape)
    whole = stored.ChunkStorageMetadata(offsets=torch.Size([0] * len(shape)), sizes=size)
    return stored.TensorStorageMetadata(stored.TensorProperties(dtype=dtype), size, [whole])
