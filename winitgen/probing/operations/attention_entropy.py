"""The entropy of attention: how evenly a query shares its attention among the keys that it sees."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from winitgen.numeric.arrays import Array

BLOCK = 1 << 16
"""Shares processed at once, so that they stay in a core's cache."""


class EntropySums(NamedTuple):
    """The sum over queries of H / log(keys seen), with H = - sum of p log p, and the number of these queries."""

    total: float
    queries: int


def entropy_sums(shares: Array, seen: Array) -> EntropySums:
    """Return the sums over samples, heads and queries that see at least two keys.

    ``shares`` are (samples, kv_heads, heads of each, queries, keys); ``seen``, (samples or 1, queries), are the numbers of keys.
    Shares that sum to less than 1, because of a sink, count as shares of their sum.
    """
    samples, *heads, queries, keys = shares.shape
    entropies = _entropies(shares.reshape(-1, keys)).reshape(samples, math.prod(heads), queries)
    several = np.broadcast_to(seen[:, None] > 1, entropies.shape)
    largest = np.log(np.maximum(seen, 2).astype(np.float64))[:, None]
    relative = entropies / largest
    return EntropySums(float(relative[several].sum()), int(np.count_nonzero(several)))


def mean_entropy(sums: Iterable[EntropySums]) -> float | None:
    """Return the mean over all queries, None if none sees two keys or a share is not finite."""
    totals, counts = zip(*sums, strict=True)
    mean = sum(totals) / sum(counts) if sum(counts) else math.nan
    return mean if math.isfinite(mean) else None


def _entropies(rows: Array) -> Array:
    """Return the entropy of each row of shares, in float64: log s - sum of p log p / s, where s is their sum."""
    found = np.empty(len(rows))
    step = max(1, BLOCK // max(1, rows.shape[1]))
    for start in range(0, len(rows), step):
        block = rows[start : start + step]
        logs = np.log(np.maximum(block, np.finfo(block.dtype).tiny))
        logs *= block
        total = block.sum(-1, dtype=np.float64)
        found[start : start + step] = np.log(total) - logs.sum(-1, dtype=np.float64) / total
    return found
