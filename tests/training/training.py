"""Plain SGD on a fixed set of samples, from the weights in a file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tests.training.specs import CLASSES

SAMPLES = 64
STEPS = 200
RATES = (0.1, 1.0, 0.01, 0.001)
"""The learning rates, of which the best counts. The most often successful stands first: no other is tried after it."""

FELL = 0.8
"""The loss has fallen if the mean of the last ten steps is below this share of the best loss without any input."""


STILL, UNCHANGED = 40, 1e-5
"""A loss that has changed by less than this in so many steps is not waited for."""


class Trained(NamedTuple):
    """The first loss, the best last loss, the learning rate that led there, and the best loss without any input."""

    first: float
    last: float
    rate: float
    blind: float

    @property
    def fell(self) -> bool:
        """Whether the network has learned something from its input."""
        return self.last < FELL * self.blind


def squared(spec: dict[str, Any]) -> bool:
    """Return whether the loss is the squared error: that of outputs between 0 and 1."""
    return spec["layers"][-1].get("activation") == "sigmoid"


def samples(spec: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs of eight classes with noise, of mean 0 and mean square 1, or tokens; and their labels."""
    draw = np.random.default_rng(0)
    labels = np.arange(SAMPLES) % CLASSES
    given = spec["input"]
    if isinstance(given, dict):  # six tokens of ten are of the class's own five
        shape = (SAMPLES, given["tokens"])
        own = 5 * labels[:, None] + draw.integers(0, 5, shape)
        return np.where(draw.random(shape) < 0.6, own, draw.integers(0, 5 * CLASSES, shape)), labels
    shape = (given,) if isinstance(given, int) else tuple(given)
    # the mean of a class is the same at all places of an image, at all steps of a sequence
    own_shape = shape if len(shape) == 1 else (shape[0], 1, 1) if len(shape) == 3 else (1, shape[1])
    means = draw.standard_normal((CLASSES, *own_shape))
    means -= means.mean(0)
    noise = draw.standard_normal((SAMPLES, *shape))
    values = 0.7 * means[labels] + 0.7 * noise
    return (values / np.sqrt(np.square(values).mean())).astype(np.float32), labels


def train(spec: dict[str, Any], weights: Path) -> Trained:
    """Return what became of the loss at the best of the learning rates."""
    best = None
    for rate in RATES:
        found = _train(spec, weights, rate)
        if best is None or found.last < best.last:
            best = found
        if best.fell:
            break
    assert best is not None
    return best


def _train(spec: dict[str, Any], weights: Path, rate: float) -> Trained:
    import torch
    from safetensors.torch import load_file

    from tests.training.network import Network

    torch.set_flush_denormal(True)  # a vanished gradient takes twenty times as long otherwise
    network = Network(spec, load_file(weights))
    given, labels = samples(spec)
    inputs, targets = torch.from_numpy(given), torch.from_numpy(labels)
    if squared(spec):
        targets = torch.nn.functional.one_hot(targets, CLASSES).float()
        loss_of, blind = torch.nn.functional.mse_loss, (CLASSES - 1) / CLASSES**2
    else:
        loss_of, blind = torch.nn.functional.cross_entropy, math.log(CLASSES)
    steps = torch.optim.SGD(network.parameters(), rate)
    losses: list[float] = []
    for _ in range(STEPS):
        loss = loss_of(network(inputs), targets)
        losses.append(loss.item())
        if not math.isfinite(losses[-1]):
            return Trained(losses[0], math.inf, rate, blind)
        if len(losses) == STILL and max(losses) - min(losses) < UNCHANGED:
            break
        steps.zero_grad()
        loss.backward()
        steps.step()
    return Trained(losses[0], float(np.mean(losses[-10:])), rate, blind)
