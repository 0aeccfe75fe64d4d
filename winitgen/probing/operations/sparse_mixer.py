"""SparseMixer: each choice of an expert has the weight that it has among the scores near its own (Liu et al. 2023)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.probing.activations import softmax, softmax_back


class Mixed(NamedTuple):
    """The scores of all experts at each choice (rows, choices, experts); the choices and their weights (rows, choices)."""

    scores: Array
    chosen: Array
    weights: Array


def mixed(logits: Array, choices: int, jitter: float) -> Mixed:
    """Return the experts that each row of ``logits`` (rows, experts) is sent to, as the network does once trained.

    One choice after another takes the largest output s of those that are left. Its weight is the softmax over
    the experts that are left and whose output is below s by at most the share 2 ``jitter`` of max(s, their modulus).
    """
    left = logits.copy()
    scores = np.empty((len(logits), choices, logits.shape[1]), logits.dtype)
    chosen = np.empty((len(logits), choices), np.intp)
    for choice in range(choices):
        best = left.max(axis=-1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            far = (best - logits) / np.maximum(np.abs(logits), best) > 2 * jitter
        scores[:, choice] = softmax(np.where(far, -np.inf, left), -1)
        chosen[:, choice] = left.argmax(axis=-1)
        np.put_along_axis(left, chosen[:, choice, np.newaxis], -np.inf, -1)
    weights = np.take_along_axis(scores, chosen[:, :, np.newaxis], -1)[:, :, 0]
    return Mixed(scores, chosen, weights)


def mixed_back(scores: Array, chosen: Array, gradient: Array) -> Array:
    """Return the gradient of the logits (rows, experts) from that of the weights (rows, choices)."""
    spread = np.zeros_like(scores, gradient.dtype)
    np.put_along_axis(spread, chosen[:, :, np.newaxis], gradient[:, :, np.newaxis], -1)
    return np.asarray(softmax_back(scores, spread, -1).sum(axis=1))
