"""The function that fills a live module in place with the values of a spec."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, NamedTuple, SupportsIndex

from winitgen import arguments
from winitgen.arguments import Dtype
from winitgen.checkpoint.opened import Checkpoint
from winitgen.load import Source
from winitgen.planning.plan import Plan
from winitgen.spec.model import ModelSpec
from winitgen.torch.agreement import RankReport, Ranks
from winitgen.torch.complaints import Fill, compared
from winitgen.torch.drawn_parts import jobs_of, run
from winitgen.torch.meta_device import left_on_meta, memory_device, with_memory
from winitgen.torch.module_tensors import inner, tensors_of
from winitgen.torch.planned import opened, recipe_of
from winitgen.torch.shards import local_part


def init_(  # noqa: PLR0913  # each by name
    module: Any,
    spec: ModelSpec | Source | Plan,
    *,
    seed: SupportsIndex | None = None,
    dtype: Dtype | None = None,
    part: bool = False,
    prefix: str = "",
    device: Any = None,
    group: Any = None,
    no_dist: bool = False,
    threads: SupportsIndex | None = None,
) -> Any:
    """Fill the parameters and buffers of a ``torch.nn.Module`` in place with the values of a spec, and return it.

    The values are those that ``winitgen init`` writes, to the bit, wherever a tensor lies. Of a DTensor only the elements
    that this rank holds are drawn, on any mesh: no rank waits for the values of another one. A tensor on the meta device gets memory first, as
    by ``module.to_empty``: on ``device``, or on the default device of PyTorch; a DTensor on the device of its mesh. Tied parameters stay tied.

    ``seed`` and ``dtype`` replace those of the spec; its layout is always ``torch``. Names, shapes and number formats
    have to be those of the spec, as for ``load_state_dict(strict=True)``. With ``part`` the module may lack tensors of the spec, as a
    stage of a pipeline does; ``prefix`` stands before the names of the module in the spec, such as ``"encoder."``.
    A persistent buffer gets what the spec says; one that the state_dict leaves out is filled if the spec has its name, and
    otherwise stays as it is: on the meta device with a warning, as its values are for the module's code to compute.

    Everything is compared before anything is changed. Where a process group is initialized, all ranks of ``group``, or of the default
    group, have to call: they compare the hashes of their recipes once, and if anything does not fit on one of
    them, all raise the same error. With ``no_dist`` nothing is exchanged. ``threads`` share the work of this process: by default
    as many as ``torch.get_num_threads()`` says.

    Raises `DiffersError` with a line for each thing that does not fit, in the words of ``winitgen verify``; what
    `winitgen.plan` raises for the spec, if that is the same on all ranks; and `UsageError` for arguments of the wrong kind.
    """
    part, prefix = arguments.flag("part", part), arguments.text("prefix", prefix) or ""
    count = arguments.count("threads", threads)
    ranks = Ranks(type(inner(module)).__name__, group, alone=arguments.flag("no_dist", no_dist))
    with ExitStack() as stack:

        def ready() -> _Ready:
            checkpoint = stack.enter_context(opened(spec, seed=seed, dtype=dtype))
            found = tensors_of(module, prefix, checkpoint.tensors)
            fills, lines = compared(found, checkpoint.tensors, part=part)
            return _Ready(checkpoint, fills, lines, memory_device(fills, device))

        checkpoint, fills, _, place = _agreed(ready, ranks)
        _fill(checkpoint, with_memory(module, fills, place), count)
    if names := left_on_meta(module):
        warnings.warn(
            "left on the meta device, as the state_dict and the spec have no values for it: "
            f"{', '.join(names)}; compute them before the module is used",
            stacklevel=2,
        )
    return module


class _Ready(NamedTuple):
    """A checkpoint, what it fills of a module, what does not fit, and the device on which tensors without memory get it."""

    checkpoint: Checkpoint
    fills: list[Fill]
    lines: list[str]
    device: Any


def _agreed(ready: Callable[[], _Ready], ranks: Ranks) -> _Ready:
    """Return what is ready on this rank once all ranks are; raise the same error on each if one of them is not."""
    try:
        found = ready()
        report = RankReport(recipe_of(found.checkpoint), found.lines)
    except Exception as error:  # the other ranks wait for this one, whatever happens here
        ranks.agree(RankReport(refusal=str(error) or type(error).__name__))
        raise
    ranks.agree(report)
    return found


def _fill(checkpoint: Checkpoint, fills: list[Fill], threads: int | None) -> None:
    """Draw what this rank holds of each tensor into its memory."""
    held = [(fill.name, local_part(fill.value)) for fill in fills]
    jobs = (
        job
        for name, part in held
        if part.axes is not None
        for job in jobs_of(checkpoint, name, part.values.detach(), part.axes)
    )
    run(jobs, sum(part.values.nbytes for _, part in held), threads)
