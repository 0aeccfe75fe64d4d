"""Whole networks: the statistics of a probe at every layer, forward and backward, are PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.frameworks.parity import MODULES, POSITIONS, SPECS, batch_of
from winitgen.numeric.workers import Workers
from winitgen.probing import samples

Fill = Callable[[Any, dict[str, Any]], Any]


def probed_spec(name: str) -> dict[str, Any]:
    """Return a spec with positions as a layer, as a free parameter is not in the flow."""
    places = {
        "name": "places",
        "type": "positional_embedding",
        "count": POSITIONS,
        "dim": 12,
        "init": "normal",
    }
    layers = [places if layer.get("name") == "places" else layer for layer in SPECS[name]["layers"]]
    return {**SPECS[name], "layers": layers}


def gradient_of(shape: tuple[int, ...], torch: Any) -> Any:
    """Return the gradient that a probe with seed 0 sends back from its only output."""
    with Workers(1) as workers:
        return torch.from_numpy(samples.gaussian(0, "gradient 0", shape, "float32", workers))


CROPPED = {"up2"}
"""Layers whose output PyTorch's model crops after the module, where a hook does not see it."""


class Watched:
    """Mean and standard deviation of the output of every module of a model, and of the gradient there."""

    def __init__(self, module: Any) -> None:
        self.outputs: dict[str, tuple[float, float]] = {}
        self.gradients: dict[str, tuple[float, float]] = {}
        for path, inner in module.named_modules():
            inner.register_forward_hook(partial(self._see, path))

    def _see(self, path: str, module: Any, _: Any, given: Any) -> None:
        tensor = given[0] if isinstance(given, tuple) else given
        self.outputs[path] = moments(tensor)
        tensor.register_hook(partial(self._see_back, path))

    def _see_back(self, path: str, gradient: Any) -> None:
        self.gradients[path] = moments(gradient)


def moments(tensor: Any) -> tuple[float, float]:
    """Return mean and standard deviation of all values."""
    wide = tensor.detach().double()
    return wide.mean().item(), wide.std(unbiased=False).item()


def watched(name: str, torch: Any, batch: Any) -> Watched:
    """Send the batch through PyTorch's model of a spec in training mode, and the gradient back."""
    module = MODULES[name](torch).train()
    arrays = winitgen.generate(probed_spec(name))
    if "places.weight" in arrays:
        arrays["places"] = arrays.pop("places.weight")
    missing, unexpected = module.load_state_dict(
        {key: torch.from_numpy(array) for key, array in arrays.items()}, strict=False
    )
    assert ([], []) == (list(missing), list(unexpected))
    found = Watched(module)
    out = module(batch if batch.dtype == torch.int64 else batch.requires_grad_())
    out.backward(gradient_of(tuple(out.shape), torch))
    return found


def both(name: str, torch: Any, tmp_path: Path) -> tuple[list[dict[str, Any]], Watched]:
    """Return the rows of the probe, and PyTorch's statistics, for the same batch."""
    batch = batch_of(SPECS[name], torch)
    path = tmp_path / "batch.npy"
    np.save(path, batch.numpy())
    report = winitgen.probe(probed_spec(name), input=path, threads=2)
    return report["runs"][0]["layers"], watched(name, torch, batch)


@pytest.mark.parametrize("name", MODULES)
def test_the_signal(name: str, torch: Any, tmp_path: Path) -> None:
    """Every pre-activation has PyTorch's mean and standard deviation."""
    rows, found = both(name, torch, tmp_path)

    compared = 0
    for row in rows:
        if row["layer"] in found.outputs.keys() - CROPPED:
            place = (
                row["out"]
                if row["type"] in ("lstm", "gru", "rnn", "multi_head_attention", "prelu")
                else row["pre"]
            )
            mean, std = found.outputs[row["layer"]]
            assert place["std"] == pytest.approx(std, rel=1e-4), row["layer"]
            assert place["mean"] == pytest.approx(mean, abs=1e-4 * std), row["layer"]
            compared += 1
    assert compared >= 3


@pytest.mark.parametrize("name", MODULES)
def test_the_gradient(name: str, torch: Any, tmp_path: Path) -> None:
    """Its gradient is PyTorch's, through sums, branches and batch norms."""
    rows, found = both(name, torch, tmp_path)

    compared = 0
    for row in rows:
        if row["layer"] in found.gradients.keys() - CROPPED and row["type"] != "prelu":
            assert row["gradient"]["std"] == pytest.approx(found.gradients[row["layer"]][1], rel=1e-4), row[
                "layer"
            ]
            compared += 1
    assert compared >= 3
