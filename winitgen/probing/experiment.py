"""The whole probe: every variant of a network on one batch, and the report of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from winitgen.catalog.layers.elementwise import Dropout
from winitgen.catalog.layers.norm import BatchNorm
from winitgen.drawing.distributions.distribution import Precision
from winitgen.load import SpecDraft
from winitgen.numeric.arrays import Array
from winitgen.numeric.blas import one_blas_thread
from winitgen.numeric.workers import Workers
from winitgen.planning.plan import STREAM
from winitgen.probing import edge_of_chaos as edge
from winitgen.probing import rows, samples, scatter, unjudged
from winitgen.probing import seeds as several
from winitgen.probing.backward import backward
from winitgen.probing.batches import Batch, Given, batches, given
from winitgen.probing.comparison import equal_notes, kept_notes
from winitgen.probing.diagnostics.rows import diagnostic_rows
from winitgen.probing.diagnostics.updates import Updates
from winitgen.probing.forward import forward
from winitgen.probing.judgement import judgement_row
from winitgen.probing.layers_passed import LayersPassed
from winitgen.probing.operations.held import Batched
from winitgen.probing.prepare import LEAST, ROOM, SAMPLES, Prepared, prepare
from winitgen.probing.request import ProbeRequest
from winitgen.probing.seeds import at_once, combined, seeds_from
from winitgen.probing.variants import GAIN, Variant, variants
from winitgen.spec.operations import Number

Read = Callable[[Mapping[str, Number]], SpecDraft]
"""A function that reads the spec with some variables replaced."""


MOST_NAMED = 4
"""The most parameters outside the flow that a note names."""


class _Network(NamedTuple):
    """One variant with the first seed, and what makes it with another."""

    first: Prepared
    with_seed: Callable[[int], Prepared]

    def of(self, seed: int) -> Prepared:
        """Return the variant with a seed; all refusals have come with the first."""
        return self.first if seed == self.first.plan.seed else self.with_seed(seed)


class _Probed(NamedTuple):
    """The measurements of one network with one seed, the number of its samples, and what they are."""

    run: dict[str, Any]
    samples: int
    names: tuple[str, ...]


def experiment(read: Read, request: ProbeRequest, progress: LayersPassed | None = None) -> dict[str, Any]:
    """Return the report of a probe; all refusals come before anything is drawn.

    ``progress`` is told how much is done.
    """
    networks = _prepared(read, request)
    prepared = [network.first for network in networks]
    first = prepared[0]
    seeds = seeds_from(first.plan.seed, request.seeds)
    memories = [network.memory(backward=request.backward) for network in prepared]
    fitting = min(memory.samples(ROOM) for memory in memories)
    number = request.samples or max(LEAST, min(SAMPLES, fitting))
    needed = max(memory.total(number) for memory in memories)
    together = at_once(len(seeds), request.threads, needed)
    for network in prepared:
        network.check_memory(Batched(number, request.threads, request.backward, request.loss is not None))
    found = {network.inputs: given(network, request.input, request.samples) for network in prepared}
    progress = progress or LayersPassed()
    progress.expect(len(seeds) * sum(len(network.nodes) for network in prepared), backward=request.backward)

    def probed(network: _Network, seed: int, workers: Workers) -> _Probed:
        of_seed = network.of(seed)
        return _probed(of_seed, found[of_seed.inputs], number, request, workers, progress)

    # Overflows are detected and reported. The workers share the samples, or each takes seeds of its own; a BLAS with
    # threads of its own would slow them down.
    with (
        np.errstate(all="ignore"),
        one_blas_thread(),
        Workers(together if together > 1 else request.threads) as workers,
    ):
        all_probed = [_of_each(partial(probed, network), seeds, together, workers) for network in networks]
    runs = [_together([one.run for one in of_network], seeds) for of_network in all_probed]
    last = all_probed[-1][-1]
    return {
        "model": first.plan.model,
        "seed": first.plan.seed,
        "seeds": seeds,
        "dtype": first.plan.dtype,
        "stream": STREAM,
        "command": "",
        "samples": last.samples,
        "input": ", ".join(dict.fromkeys(last.names)),
        "variable": None if request.sweep is None else request.sweep.variable,
        "edge": edge.of(first) if request.sweep is not None and request.sweep.variable == GAIN else None,
        "backward": request.backward,
        "thresholds": request.thresholds._asdict(),
        "notes": [
            *_notes(first, request, number, needed),
            *several.notes(seeds),
            *scatter.notes(runs, seeds),
            *kept_notes(prepared),
            *equal_notes(runs),
            *unjudged.notes(runs),
        ],
        "runs": runs,
    }


def _of_each(
    probed: Callable[[int, Workers], _Probed], seeds: list[int], together: int, workers: Workers
) -> list[_Probed]:
    """Return what is measured with each seed: several seeds at once, each in one thread, or one after another."""
    if together == 1:
        return [probed(seed, workers) for seed in seeds]

    def alone(seed: int) -> _Probed:
        with Workers() as single:
            return probed(seed, single)

    return workers.each(alone, seeds)


def _together(runs: list[dict[str, Any]], seeds: list[int]) -> dict[str, Any]:
    return combined(runs, seeds) if len(seeds) > 1 else runs[0]


def _prepared(read: Read, request: ProbeRequest) -> list[_Network]:
    """Return every variant, ready for a batch; the spec is read once for each value of the sweep."""
    drafts: dict[str, SpecDraft] = {}
    prepared = []
    for variant in variants(request.schemes, request.sweep):
        key = repr(variant.variables)  # 2 and 2.0 are equal, but 2.0 is not a number of layers
        if key not in drafts:
            drafts[key] = read(variant.variables)

        def with_seed(
            seed: int | None, draft: SpecDraft = drafts[key], variant: Variant = variant
        ) -> Prepared:
            return prepare(draft, variant, seed=seed, dtype=request.dtype, steps=request.steps)

        prepared.append(_Network(with_seed(request.seed), with_seed))
    return prepared


def _probed(
    network: Prepared,
    found: Given,
    number: int,
    request: ProbeRequest,
    workers: Workers,
    progress: LayersPassed,
) -> _Probed:
    """Probe one network with a batch of its own seed."""
    entering = batches(network, found, number, request.input, workers)
    run = _run(network, entering, request, workers, progress)
    return _Probed(run, len(entering[0].values), tuple(batch.name for batch in entering))


def _run(
    network: Prepared,
    entering: tuple[Batch, ...],
    request: ProbeRequest,
    workers: Workers,
    progress: LayersPassed,
) -> dict[str, Any]:
    """Send batches through one network, and a gradient back if asked for; return the measurements."""
    nodes = network.nodes
    loss, updates = request.loss, None
    passed = forward(
        nodes, entering, workers, keep=request.backward, learns=loss is not None, done=progress.done
    )
    sample = next((batch.stats for batch in entering if batch.stats is not None), None)
    expected = {node.name: scatter.expected(node, done) for node, done in zip(nodes, passed, strict=True)}
    if request.backward:
        wide = any(batch.values.dtype == np.float64 for batch in entering)
        dtype: Precision = "float64" if wide else "float32"
        made = count()

        def gradient(shape: tuple[int, ...]) -> Array:
            return samples.gaussian(network.plan.seed, f"gradient {next(made)}", shape, dtype, workers)

        updates = None if loss is None else Updates(nodes, loss, network.plan.seed, workers)
        backward(nodes, passed, gradient, workers, updates, done=progress.done)
    stats = [done.stats for done in passed]
    root = None if sample is None else sample.root
    return {
        "label": network.variant.label,
        "scheme": network.variant.scheme,
        "value": network.variant.value,
        **judgement_row(nodes, stats, root, request.thresholds),
        "sample": rows.sample_row(sample),
        "layers": [
            {**row, "scatter": rows.short(expected[row["layer"]])} for row in rows.layer_rows(nodes, stats)
        ],
        **diagnostic_rows(nodes, stats, [batch.stats for batch in entering]),
        "step": None if updates is None else updates.row(),
        "weights": [
            rows.weight_row(node.name, parameter, histogram)
            for node, done in zip(nodes, passed, strict=True)
            for parameter, histogram in done.stats.weights
        ],
    }


def _notes(network: Prepared, request: ProbeRequest, number: int, needed: int) -> list[str]:
    """Return notes on how the probe was made; ``needed`` are the bytes that it took, about."""
    notes = []
    if request.samples is None and request.input is None and number < SAMPLES:
        if needed > ROOM:
            notes.append(
                f"{number} samples, the fewest: this model takes about {needed / 1e9:.1f} GB of memory even so"
            )
        else:
            notes.append(f"{number} samples, to keep memory near 1 GB; set another number with --samples")
    kinds = {type(node.planned.layer) for node in network.nodes}
    if Dropout in kinds:
        notes.append("dropout is inactive, as in evaluation")
    if BatchNorm in kinds:
        notes.append("batch norms use the statistics of the batch, as in training")
    if network.left_out:
        names = ", ".join(network.left_out[:MOST_NAMED])
        more = len(network.left_out) - MOST_NAMED
        notes.append(f"left out of the flow: {names}{f' and {more} more' if more > 0 else ''}")
    return notes
