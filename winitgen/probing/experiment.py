"""The whole probe: every variant of a network on one batch, and the report of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from winitgen.catalog.layers.elementwise import Dropout
from winitgen.catalog.layers.norm import BatchNorm
from winitgen.drawing.distributions.distribution import Precision
from winitgen.load import SpecDraft
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.planning.plan import STREAM
from winitgen.probing import edge_of_chaos as edge
from winitgen.probing import inputs, rows, samples
from winitgen.probing.backward import backward
from winitgen.probing.expectations import moments_of
from winitgen.probing.forward import forward
from winitgen.probing.graph import GraphNode, entering_units
from winitgen.probing.operations.operation import Moments, moments
from winitgen.probing.prepare import SAMPLES, Prepared, prepare
from winitgen.probing.signal_stats import SignalStats, stats_of
from winitgen.probing.variants import GAIN, Sweep, variants
from winitgen.probing.verdict import findings, verdict
from winitgen.spec.operations import Number

Read = Callable[[Mapping[str, Number]], SpecDraft]
"""A function that reads the spec with some variables replaced."""


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
    threads: int = 1


class Batch(NamedTuple):
    """The input of the network: its values, name, and statistics, which are None for tokens.

    ``entering`` are the moments that theory starts from: exactly 0 and 1 for standard Gaussian values.
    """

    values: Array
    name: str
    stats: SignalStats | None
    entering: Moments | None


def experiment(read: Read, request: ProbeRequest) -> dict[str, Any]:
    """Return the report of a probe; all refusals come before anything is drawn."""
    prepared = _prepared(read, request)
    number = request.samples or min(network.fitting for network in prepared)
    for network in prepared:
        network.check_memory(number)
    given = {network.entry: _given(network, request) for network in prepared}
    # Overflows are detected and reported. The workers share the samples; a BLAS with threads of its own
    # would slow them down.
    with (
        np.errstate(all="ignore"),
        threadpool_limits(1, user_api="blas"),
        Workers(request.threads) as workers,
    ):
        runs, batch = [], None
        for network in prepared:
            batch = _batch(network, given[network.entry], number, request.input, workers)
            runs.append(_run(network, batch, request, workers))
    assert batch is not None
    first = prepared[0]
    return {
        "model": first.plan.model,
        "seed": first.plan.seed,
        "dtype": first.plan.dtype,
        "stream": STREAM,
        "command": "",
        "samples": len(batch.values),
        "input": batch.name,
        "variable": None if request.sweep is None else request.sweep.variable,
        "edge": edge.of(first) if request.sweep is not None and request.sweep.variable == GAIN else None,
        "backward": request.backward,
        "notes": _notes(first, request, number),
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


def _given(network: Prepared, request: ProbeRequest) -> Array | None:
    """Return the samples from the input file, or None without one."""
    if request.input is None:
        return None
    return inputs.read(request.input, network.incoming, request.samples, network.vocabulary)


def _batch(network: Prepared, given: Array | None, number: int, name: str | None, workers: Workers) -> Batch:
    """Return the batch for a network: the samples ``given``, random tokens, or Gaussian values."""
    plan, incoming = network.plan, network.incoming
    if given is not None:
        return _real(given, name or "", network.nodes, workers)
    shape = (number, *(size or 1 for size in incoming.shape or ()))
    if incoming.tokens:
        values = samples.tokens(plan.seed, shape, network.vocabulary or 1)
        return Batch(values, "random tokens", None, None)
    dtype: Precision = "float64" if plan.dtype == "float64" else "float32"
    values = samples.gaussian(plan.seed, "input", shape, dtype, workers)
    return Batch(values, "standard Gaussian", stats_of(values, workers), moments(0.0, 1.0, 0.0))


def _real(values: Array, name: str, nodes: Sequence[GraphNode], workers: Workers) -> Batch:
    """Return a batch of real samples; theory starts from their measured moments."""
    if values.dtype == np.int64:
        return Batch(values, name, None, None)
    stats = stats_of(values, workers)
    entering = None if stats is None else moments_of(stats, *entering_units(nodes, values))
    return Batch(values, name, stats, entering)


def _run(network: Prepared, batch: Batch, request: ProbeRequest, workers: Workers) -> dict[str, Any]:
    """Send a batch through one network, and a gradient back if asked for; return the measurements."""
    nodes = network.nodes
    passed = forward(nodes, batch.values, batch.stats, batch.entering, workers, keep=request.backward)
    if request.backward:
        dtype: Precision = "float64" if batch.values.dtype == np.float64 else "float32"
        made = count()

        def gradient(shape: tuple[int, ...]) -> Array:
            return samples.gaussian(network.plan.seed, f"gradient {next(made)}", shape, dtype, workers)

        backward(nodes, passed, gradient, workers)
    stats = [done.stats for done in passed]
    found = findings(nodes, stats, None if batch.stats is None else batch.stats.root)
    return {
        "label": network.variant.label,
        "scheme": network.variant.scheme,
        "value": network.variant.value,
        "verdict": verdict(found),
        "findings": [finding._asdict() for finding in found],
        "sample": rows.sample_row(batch.stats),
        "layers": rows.layer_rows(nodes, stats),
        "weights": [
            rows.weight_row(node.name, parameter, histogram)
            for node, done in zip(nodes, passed, strict=True)
            for parameter, histogram in done.stats.weights
        ],
    }


def _notes(network: Prepared, request: ProbeRequest, number: int) -> list[str]:
    """Return notes on how the probe was made."""
    notes = []
    if request.samples is None and request.input is None and number < SAMPLES:
        notes.append(f"{number} samples, to keep memory near 1 GB; set another number with --samples")
    kinds = {type(node.planned.layer) for node in network.nodes}
    if Dropout in kinds:
        notes.append("dropout is inactive, as in evaluation")
    if BatchNorm in kinds:
        notes.append("batch norms use the statistics of the batch, as in training")
    return notes
