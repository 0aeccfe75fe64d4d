"""The loss of a first step: against labels or targets that the seed draws."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from winitgen import arguments
from winitgen.arguments.plain_values import number
from winitgen.errors import UsageError
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing import samples
from winitgen.probing.activations import softmax
from winitgen.probing.graph import GraphNode

LOSSES = ("cross_entropy", "mse")
"""The losses by name, as PyTorch calls them: means over samples and positions, and, of squares, over units."""


class LossChoice(NamedTuple):
    """A loss, and the learning rate of the plain step w - rate * gradient after it."""

    name: str
    rate: float = 1.0


class LossAtOutput(NamedTuple):
    """The value of a loss, and its gradient, in the shape of the output."""

    value: float
    gradient: Array


def loss_of(name: object, rate: object, *, backward: bool, places: tuple[str, str, str]) -> LossChoice | None:
    """Return the loss of a probe, None without one; ``places`` are what messages call loss, rate and backward pass.

    Raises `UsageError` for an unknown loss, a rate that is not above 0 or has no loss, and a loss without a gradient.
    """
    from winitgen.spec.mistakes import show, suggest

    of_loss, of_rate, of_backward = places
    step = None if rate is None else number(of_rate, rate)
    known = arguments.text(of_loss, name)
    if known is None:
        if step is not None:
            raise UsageError(f"{of_rate} is that of a step against a loss; say which with {of_loss}")
        return None
    if known not in LOSSES:
        hint = suggest(known, LOSSES) or f"; they are {' and '.join(LOSSES)}"
        raise UsageError(f"{of_loss}: unknown loss {show(known)}{hint}")
    if step is not None and not 0 < step < math.inf:
        raise UsageError(f"{of_rate}: expected a number above 0, not {step:g}")
    if not backward:
        raise UsageError(f"{of_loss} sends a gradient back; leave out {of_backward}")
    return LossChoice(known, 1.0 if step is None else float(step))


def at_output(
    loss: str, node: GraphNode, out: Array, seed: int, number: int, workers: Workers
) -> LossAtOutput:
    """Return a loss at the output ``out`` of a node, the model's output ``number``.

    Labels are uniform among the units of each sample and position, targets of the squares standard Gaussian. Raises `UsageError` for labels
    of a single unit.
    """
    if loss == "mse":
        targets = samples.gaussian(seed, f"targets {number}", out.shape, _precision(out), workers)
        away = out - targets
        return LossAtOutput(
            float(np.square(away).mean(dtype=np.float64)), away * out.dtype.type(2 / out.size)
        )
    rows = np.moveaxis(out, node.unit_axis, -1)
    classes = rows.shape[-1]
    if classes < 2:
        raise UsageError(
            f"cross_entropy needs two classes or more, but {node.name} has 1 unit; the loss mse takes any number"
        )
    labels = samples.tokens(seed, f"labels {number}", rows.shape[:-1], classes)[..., np.newaxis]
    found = _of_shares if node.applied.name == "softmax" else _of_logits
    value, gradient = found(rows, labels)
    return LossAtOutput(value, np.ascontiguousarray(np.moveaxis(gradient, -1, node.unit_axis)))


def _of_logits(logits: Array, labels: Array) -> tuple[float, Array]:
    """Return the mean of - log softmax(z)[label], and its gradient (softmax(z) - [label]) / n."""
    gradient = softmax(logits, -1)
    tops = logits.max(-1, keepdims=True)
    log_sums = np.log(np.exp(logits - tops).sum(-1, keepdims=True, dtype=np.float64)) + tops
    value = float((log_sums - np.take_along_axis(logits, labels, -1)).mean())
    own = np.take_along_axis(gradient, labels, -1)
    np.put_along_axis(gradient, labels, own - 1, -1)
    gradient /= labels.size
    return value, gradient


def _of_shares(shares: Array, labels: Array) -> tuple[float, Array]:
    """Return the mean of - log p[label] for an output that is a softmax, and its gradient - [label] / (n p)."""
    own = np.maximum(np.take_along_axis(shares, labels, -1), np.finfo(shares.dtype).tiny)
    gradient = np.zeros_like(shares)
    np.put_along_axis(gradient, labels, -1 / (own * labels.size), -1)
    return float(-np.log(own, dtype=np.float64).mean()), gradient


def _precision(out: Array) -> Any:
    return "float64" if out.dtype == np.float64 else "float32"
