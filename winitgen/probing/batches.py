"""The batches that flow into a model: real samples from a file, Gaussian values, or random tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from winitgen.catalog.layers.flow import Flow
from winitgen.drawing.distributions.distribution import Precision
from winitgen.errors import UsageError
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing import inputs, samples
from winitgen.probing.expectations import moments_of
from winitgen.probing.graph import GraphNode, entering_units
from winitgen.probing.operations.operation import Moments, moments
from winitgen.probing.prepare import Prepared, ProbedInput
from winitgen.probing.signal_stats import SignalStats, stats_of


class Batch(NamedTuple):
    """The samples of one input: their values, name, and statistics, which are None for tokens.

    ``entering`` are the moments that theory starts from: exactly 0 and 1 for standard Gaussian values.
    """

    values: Array
    name: str
    stats: SignalStats | None
    entering: Moments | None


Given = tuple[Array | None, ...]
"""The samples of each input from a file, None without one."""


def given(network: Prepared, path: str | None, count: int | None) -> Given:
    """Return the samples of each input from the file at ``path``, as `inputs.read` does.

    For several inputs, the file is an ``.npz`` with an array for each, by name.
    """
    if path is None:
        return (None,) * len(network.inputs)
    if len(network.inputs) > 1 and not path.endswith(".npz"):
        names = ", ".join(one.name for one in network.inputs)
        raise UsageError(
            f"{path}: this model has several inputs; give an .npz with an array for each: {names}"
        )
    paths = [path if len(network.inputs) == 1 else f"{path}:{one.name}" for one in network.inputs]
    found = [
        inputs.read(member, one.flow, count, one.vocabulary)
        for member, one in zip(paths, network.inputs, strict=True)
    ]
    counts = sorted({len(values) for values in found})
    if len(counts) > 1:
        raise UsageError(f"{path} has {counts[0]} samples of one input and {counts[-1]} of another")
    return tuple(found)


def batches(
    network: Prepared, given: Given, number: int, path: str | None, workers: Workers
) -> tuple[Batch, ...]:
    """Return the batch of each input: the samples ``given``, or ``number`` random ones."""
    found = []
    for one, values in zip(network.inputs, given, strict=True):
        if values is not None:
            found.append(_real(values, path or "", network.nodes, one, workers))
        elif one.flow.tokens:
            found.append(_tokens(network, one, number))
        else:
            found.append(_gaussian(network, one, number, workers))
    return tuple(found)


def _shape(flow: Flow, number: int) -> tuple[int, ...]:
    return (number, *(size or 1 for size in flow.shape or ()))


def _purpose(what: str, one: ProbedInput) -> str:
    """Return the purpose of a key stream: each named input has one of its own."""
    return f"{what} {one.name}" if one.name else what


def _tokens(network: Prepared, one: ProbedInput, number: int) -> Batch:
    shape = _shape(one.flow, number)
    values = samples.tokens(network.plan.seed, _purpose("tokens", one), shape, one.vocabulary or 1)
    return Batch(values, "random tokens", None, None)


def _gaussian(network: Prepared, one: ProbedInput, number: int, workers: Workers) -> Batch:
    plan = network.plan
    dtype: Precision = "float64" if plan.dtype == "float64" else "float32"
    shape = _shape(one.flow, number)
    values = samples.gaussian(plan.seed, _purpose("input", one), shape, dtype, workers)
    return Batch(values, "standard Gaussian", stats_of(values, workers), moments(0.0, 1.0, 0.0))


def _real(values: Array, name: str, nodes: Sequence[GraphNode], one: ProbedInput, workers: Workers) -> Batch:
    """Return a batch of real samples; theory starts from their measured moments."""
    if values.dtype == np.int64:
        return Batch(values, name, None, None)
    stats = stats_of(values, workers)
    units = entering_units(nodes, values, one.source)
    return Batch(values, name, stats, None if stats is None else moments_of(stats, *units))
