"""The whole probe: every variant of a network on one batch, and the report of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from winitgen.probing import rows, samples
from winitgen.probing.backward import backward
from winitgen.probing.batches import Batch, batches, given
from winitgen.probing.comparison import equal_notes, kept_notes
from winitgen.probing.forward import forward
from winitgen.probing.judgement import judgement_row
from winitgen.probing.operations.held import Batched
from winitgen.probing.prepare import LEAST, ROOM, SAMPLES, Prepared, prepare
from winitgen.probing.thresholds import DEFAULT, Thresholds
from winitgen.probing.variants import GAIN, Sweep, variants
from winitgen.spec.operations import Number

Read = Callable[[Mapping[str, Number]], SpecDraft]
"""A function that reads the spec with some variables replaced."""


MOST_NAMED = 4
"""The most parameters outside the flow that a note names."""


class ProbeRequest(NamedTuple):
    """The options of a probe; `winitgen.probe` explains each."""

    seed: int | None = None
    dtype: str | None = None
    samples: int | None = None
    steps: int | None = None
    input: str | None = None
    backward: bool = True
    schemes: tuple[str, ...] = ()
    sweep: Sweep | None = None
    thresholds: Thresholds = DEFAULT
    threads: int = 1


def experiment(read: Read, request: ProbeRequest) -> dict[str, Any]:
    """Return the report of a probe; all refusals come before anything is drawn."""
    prepared = _prepared(read, request)
    memories = [network.memory(backward=request.backward) for network in prepared]
    fitting = min(memory.samples(ROOM) for memory in memories)
    number = request.samples or max(LEAST, min(SAMPLES, fitting))
    for network in prepared:
        network.check_memory(Batched(number, request.threads, request.backward))
    found = {network.inputs: given(network, request.input, request.samples) for network in prepared}
    # Overflows are detected and reported. The workers share the samples; a BLAS with threads of its own
    # would slow them down.
    with (
        np.errstate(all="ignore"),
        one_blas_thread(),
        Workers(request.threads) as workers,
    ):
        runs = []
        entering: tuple[Batch, ...] = ()
        for network in prepared:
            entering = batches(network, found[network.inputs], number, request.input, workers)
            runs.append(_run(network, entering, request, workers))
    first = prepared[0]
    return {
        "model": first.plan.model,
        "seed": first.plan.seed,
        "dtype": first.plan.dtype,
        "stream": STREAM,
        "command": "",
        "samples": len(entering[0].values),
        "input": ", ".join(dict.fromkeys(batch.name for batch in entering)),
        "variable": None if request.sweep is None else request.sweep.variable,
        "edge": edge.of(first) if request.sweep is not None and request.sweep.variable == GAIN else None,
        "backward": request.backward,
        "thresholds": request.thresholds._asdict(),
        "notes": [
            *_notes(first, request, number, max(memory.total(number) for memory in memories)),
            *kept_notes(prepared),
            *equal_notes(runs),
        ],
        "runs": runs,
    }


def _prepared(read: Read, request: ProbeRequest) -> list[Prepared]:
    """Return every variant, ready for a batch; the spec is read once for each value of the sweep."""
    drafts: dict[str, SpecDraft] = {}
    prepared = []
    for variant in variants(request.schemes, request.sweep):
        key = repr(variant.variables)  # 2 and 2.0 are equal, but 2.0 is not a number of layers
        if key not in drafts:
            drafts[key] = read(variant.variables)
        prepared.append(
            prepare(drafts[key], variant, seed=request.seed, dtype=request.dtype, steps=request.steps)
        )
    return prepared


def _run(
    network: Prepared, entering: tuple[Batch, ...], request: ProbeRequest, workers: Workers
) -> dict[str, Any]:
    """Send batches through one network, and a gradient back if asked for; return the measurements."""
    nodes = network.nodes
    passed = forward(nodes, entering, workers, keep=request.backward)
    sample = next((batch.stats for batch in entering if batch.stats is not None), None)
    if request.backward:
        wide = any(batch.values.dtype == np.float64 for batch in entering)
        dtype: Precision = "float64" if wide else "float32"
        made = count()

        def gradient(shape: tuple[int, ...]) -> Array:
            return samples.gaussian(network.plan.seed, f"gradient {next(made)}", shape, dtype, workers)

        backward(nodes, passed, gradient, workers)
    stats = [done.stats for done in passed]
    root = None if sample is None else sample.root
    return {
        "label": network.variant.label,
        "scheme": network.variant.scheme,
        "value": network.variant.value,
        **judgement_row(nodes, stats, root, request.thresholds),
        "sample": rows.sample_row(sample),
        "layers": rows.layer_rows(nodes, stats),
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
