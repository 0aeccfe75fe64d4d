"""The effective rank of the last representation: how many directions the samples are spread over.

Roy & Vetterli 2007, "The effective rank: a measure of effective dimensionality", definition 1: of a matrix with singular
values s_i it is exp(- sum of p_i log p_i) with p_i = s_i / sum of all s. It lies between 1 and the rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.planning.plan import INPUT
from winitgen.probing.graph import GraphNode

MOST_ROWS = 512
"""Rows of the matrix: with more of them, positions or samples are taken at equal distances."""


class RepresentationRank(NamedTuple):
    """The effective rank of a matrix (rows, units) that is not centred, and the largest that it could have.

    ``enters`` says that the representation enters the layer, not leaves it.
    """

    effective: float
    most: int
    enters: bool


class Representation(NamedTuple):
    """Where the last representation is: the input of the layer at an index, or its output if it is not a head."""

    at: int
    enters: bool


def last_representation(nodes: Sequence[GraphNode]) -> Representation | None:
    """Return what the last layer with a kernel reads, on the way to the last output.

    If that output is not made by one, as where a residual stream ends in a norm, it is the output itself. What a first layer reads
    represents nothing.
    """
    end = next((i for i in range(len(nodes) - 1, -1, -1) if nodes[i].ends), None)
    at = end
    while at is not None and at >= 0 and len(nodes[at].planned.sources) == 1:
        planned = nodes[at].planned
        if any(one.role == "kernel" for one in (*planned.parameters, *planned.omitted)):
            return Representation(at, enters=True) if planned.sources[0] > INPUT else None
        at = planned.sources[0]
    return None if end is None or nodes[end].outgoing.tokens else Representation(end, enters=False)


def rank_of(values: Array, axis: int, *, enters: bool) -> RepresentationRank | None:
    """Return the effective rank of a batch whose units lie along ``axis``, None if a value is not finite or all are 0."""
    rows = np.moveaxis(values, axis, -1).reshape(-1, values.shape[axis])
    if len(rows) > MOST_ROWS:
        rows = rows[np.arange(MOST_ROWS) * len(rows) // MOST_ROWS]
    found = effective_rank(rows)
    return None if found is None else RepresentationRank(found, min(rows.shape), enters)


def effective_rank(matrix: Array) -> float | None:
    """Return the effective rank of a matrix, None if a value is not finite or all are 0."""
    largest = float(np.abs(matrix).max()) if matrix.size else 0.0
    if not 0 < largest < np.inf:
        return None
    singular = np.linalg.svd(matrix.astype(np.float64) / largest, compute_uv=False)
    shares = singular[singular > 0] / singular.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))
