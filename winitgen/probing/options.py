"""The options of a probe, checked, and the probe itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, SupportsIndex, TypedDict, Unpack

from winitgen import arguments
from winitgen.arguments import Dtype
from winitgen.errors import UsageError
from winitgen.load import Source, SpecDraft, checked_choices, checked_source, read_draft
from winitgen.numeric.threads import MOST_THREADS, processors
from winitgen.spec.model import ModelSpec
from winitgen.spec.operations import Number, Plain

if TYPE_CHECKING:
    from winitgen.probing.layers_passed import LayersPassed


class ProbeOptions(TypedDict, total=False):
    """The options of `winitgen.probe`.

    ``seed`` and ``dtype`` replace the spec's. The batch has ``samples`` standard Gaussian samples, or
    random tokens, 500 unless that takes too much memory; or it is read from ``input``, a ``.npy``,
    ``.npz`` or ``.csv`` file. ``steps`` replaces the number of positions of a sequence. Unless ``backward`` is
    False, a standard Gaussian gradient is sent back from every output. ``compare`` names schemes that draw
    the kernels in turn instead of the spec's; the name ``spec`` means the spec's own. ``sweep`` gives one
    variable of the spec, or ``gain``, several values in turn. ``seeds`` probes so many seeds, from 2 to 1000, beginning with
    the seed: weights and samples are drawn anew with each, and every figure becomes the mean, with its spread beside. ``thresholds`` says where a verdict begins:
    `winitgen.probing.thresholds.Thresholds` by name. ``loss``, "cross_entropy" or "mse", sends its own gradient back,
    against labels or targets that the seed draws, and measures the plain step with the ``learning_rate``, by default 1. ``threads`` is the number of threads, by default one per
    processor, at most 16.
    """

    seed: SupportsIndex | None
    dtype: Dtype | None
    samples: SupportsIndex | None
    steps: SupportsIndex | None
    input: str | os.PathLike[str] | None
    backward: bool
    compare: Sequence[str]
    sweep: Mapping[str, Sequence[Number]] | None
    seeds: SupportsIndex | None
    thresholds: Mapping[str, float] | None
    loss: str | None
    learning_rate: float | None
    threads: SupportsIndex | None


def probe_by(
    read: Callable[[Mapping[str, Number]], SpecDraft],
    progress: LayersPassed | None = None,
    **options: Unpack[ProbeOptions],
) -> dict[str, Any]:
    """Run `probe` on the spec that ``read`` returns with some variables replaced; ``progress`` is told how much is done."""
    for name in options.keys() - ProbeOptions.__annotations__.keys():
        raise TypeError(f"probe() got an unexpected keyword argument '{name}'")
    from winitgen.probing.diagnostics.loss import loss_of
    from winitgen.probing.experiment import experiment
    from winitgen.probing.request import ProbeRequest
    from winitgen.probing.seeds import checked_seeds
    from winitgen.probing.thresholds import thresholds_of
    from winitgen.probing.variants import sweep_of

    choices = checked_choices(options.get("seed"), options.get("dtype"), None)
    source = options.get("input")
    sent_back = arguments.flag("backward", options.get("backward", True))
    request = ProbeRequest(
        seed=choices.seed,
        dtype=choices.dtype,
        samples=arguments.count("samples", options.get("samples")),
        steps=arguments.count("steps", options.get("steps")),
        input=None if source is None else arguments.path("input", source),
        backward=sent_back,
        schemes=arguments.texts("compare", options.get("compare", ())),
        sweep=sweep_of(options.get("sweep")),
        seeds=checked_seeds(options.get("seeds")),
        thresholds=thresholds_of("thresholds", options.get("thresholds")),
        loss=loss_of(
            options.get("loss"),
            options.get("learning_rate"),
            backward=sent_back,
            places=("loss", "learning_rate", "backward=False"),
        ),
        threads=arguments.count("threads", options.get("threads")) or min(processors(), MOST_THREADS),
    )
    return experiment(read, request, progress)


def probe(
    spec: ModelSpec | Source,
    *,
    variables: Mapping[str, Plain] | None = None,
    **options: Unpack[ProbeOptions],
) -> dict[str, Any]:
    """Send a batch forward through a freshly drawn network and a gradient back; return the measurements.

    The options are those of `ProbeOptions`. The result consists of plain values, as ``winitgen probe --json``
    prints them. Raises `SpecError` for layers that cannot be probed, and `UsageError` or `UnreadableError` for
    unsuitable options or inputs.
    """
    if not isinstance(spec, ModelSpec):
        checked_source("spec", spec, "the path of a file, a mapping or a ModelSpec")
    given = arguments.variables("variables", variables) or {}

    def read(replaced: Mapping[str, Plain]) -> SpecDraft:
        if not isinstance(spec, ModelSpec):
            return read_draft(spec, variables={**given, **replaced})
        if replaced or given:
            raise UsageError("variables are replaced when a spec is read; pass its path, not a ModelSpec")
        return SpecDraft.of(spec)

    return probe_by(read, **options)
